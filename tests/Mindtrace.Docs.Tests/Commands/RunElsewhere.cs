namespace Mindtrace.Docs.Tests.Commands;

/// <summary>The commands of documents that <see cref="DocumentedCommandTests"/> does not run itself.</summary>
internal static class RunElsewhere
{
    private const string FirstJob = "FirstJobSuite.AppHost_Started_RunsAJobEndToEndAsOneTrace";

    private const string ToolPackage = "ToolPackageTests.Tool_PackedAndInstalled_RunsAndCompletes";

    private const string Push = "WorkerCommandTests.Push_AProject_CanBeLaunchedAndRunsJobs";

    private const string Scripts = "SampleTests.ScriptsSample_Run_ShowsBothJobs";

    private const string Python = "PythonSampleTests.WorkerAndClient_RunAJob_AndAnUnreadableOneIsADeadLetter";

    private const string Images = "ComposeTests.Images_Composed_RunJobsAndKeepThemOverARestart";

    private const string Nodes = "OtherMachineTests.Nodes_Joined_AreKnownByTheAddressOfTheirMachine";

    /// <summary>Gets the tests that run commands, or do what they do, by the beginnings of these commands.</summary>
    public static IReadOnlyDictionary<string, string> Tests { get; } = new Dictionary<string, string>
    {
        ["dotnet run --project Mindtrace.AppHost -- --publisher manifest"] = "ManifestTests.Manifest_IsWhatAzdReads",
        ["dotnet run --project Mindtrace.AppHost"] = FirstJob,
        ["dotnet run --project samples/Mindtrace.Samples.Cluster -- NAME"] = "SampleTests.Sample_Run_SaysWhatItShows",
        ["dotnet pack clients/Mindtrace.Cli --output artifacts"] = ToolPackage,
        ["dotnet tool install --global Mindtrace.Cli --prerelease --add-source artifacts"] = ToolPackage,
        ["source <(mindtrace completion bash)"] = ToolPackage,
        ["dotnet new web --output ../uppercase"] = Push,
        ["dotnet add ../uppercase reference libraries/Mindtrace.Cluster"] = Push,
        ["mindtrace types push uppercase UppercaseWorker --project ../uppercase"] = Push,
        ["mindtrace types push uppercase UppercaseWorker --project samples/Mindtrace.Samples.Uppercase"] = Push,
        ["mindtrace submit run_script"] = Scripts,
        ["for service in Manager Node Worker; do dotnet publish"] = Images,
        ["cp deploy/compose.env.example deploy/.env"] = Images,
        ["docker compose --file deploy/compose.yaml"] = Images,
        ["dotnet publish services/Mindtrace.Node"] = Nodes,
        ["MINDTRACE_API_KEY=… mindtrace node join"] = Nodes,
        ["curl -s \"${MINDTRACE_JOB_URL}write_job_log\""] = "ClusterBehaviours.Scripts.RunScript_CallsItsWorkerAboutItsJob",
        ["python3 worker.py"] = Python,
        ["python3 client.py"] = Python,
    };

    /// <summary>Gets why commands are not run, by what these commands contain.</summary>
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["./test.sh"] = "It runs these tests.",
        ["dotnet user-secrets set"] = "It would change the key of whoever runs the tests.",
        ["dotnet run -c Release --project benchmarks"] = "They take minutes each. test.sh runs one of them, briefly.",
        ["dotnet tool restore"] = "It would fetch a tool that only bills of materials need.",
        ["dotnet publish services/Mindtrace.Manager -p:PublishSbom=true"] = "It needs the tool of the line before.",
    };

    /// <summary>Tells whether a command is one of these.</summary>
    public static bool Has(CommandLine command) =>
        Tests.Keys.Any(start => command.Text.StartsWith(start, StringComparison.Ordinal))
        || Reasons.Keys.Any(part => command.Text.Contains(part, StringComparison.Ordinal));
}
