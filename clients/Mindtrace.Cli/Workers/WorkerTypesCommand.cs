using System.CommandLine;
using System.Text.Json;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Workers;

/// <summary><c>mindtrace types</c>: what can be launched.</summary>
internal static class WorkerTypesCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names) => new CommandWithExamples(
        "types", "Looks after worker types, and how many workers of each there are to be.",
        "mindtrace types list", "mindtrace types push resize ResizeWorker -p MyWorker --job-type resize")
    {
        List(runner), Register(runner, names), Push(runner, names), ScaleCommands.Scale(runner, names), ScaleCommands.Unscale(runner, names), ScaleCommands.List(runner),
    };

    private static Command List(CommandRunner runner) =>
        runner.Does(new CommandWithExamples(
            "list", "Lists the worker types, and what is launched under each name.",
            "mindtrace types list"), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListWorkerTypesAsync(cancellationToken), (types, terminal) =>
            {
                var table = new TextTable(
                    Column.Whole("WORKER TYPE"), "JOB TYPE", "CLASS", Column.Whole("FROM"), Column.Whole("REGISTERED"), Column.Whole("ORIGIN"));
                foreach (var type in types)
                {
                    table.Add(
                        Cell.Of(type.WorkerType.Value), Cell.Of(type.JobType?.Value), Cell.Of(type.WorkerClass),
                        Cell.Of(type.Source == WorkerSource.BuiltIn ? "built-in" : type.Source.ToString().ToLowerInvariant()),
                        Cell.Time(type.Versions.Count > 0 ? type.Versions[0].RegisteredAt : null), Cell.Of(type.Origin));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        });

    private static Command Register(CommandRunner runner, ClusterNames names)
    {
        var options = new WorkerTypeOptions(names);
        var package = new Option<string?>("--package") { Description = "A package that was uploaded: its SHA-256." };
        var executable = new Option<string?>("--executable") { Description = "Which program of the package." };
        var git = UrlSymbols.Option("--git", "A git repository.");
        var branch = new Option<string?>("--branch") { Description = "Its branch." };
        var commit = new Option<string?>("--commit") { Description = "Its commit; goes before the branch." };
        var directory = new Option<string?>("--directory") { Description = "A directory of the repository." };
        var project = new Option<string?>("--project") { Description = "The project below it." };
        var command = options.AddTo(new CommandWithExamples(
            "register", "Registers a worker type: a class of the stock worker, of a package, or of a git repository.",
            "mindtrace types register scripts RunScriptWorker --job-type run_script",
            "mindtrace types register resize ResizeWorker --git https://github.com/OWNER/REPO.git --branch main --job-type resize")
        {
            package, executable, git, branch, commit, directory, project,
        });
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var arguments = context.Arguments;
            var request = options.Read(arguments) with
            {
                Package = arguments.GetValue(package), Executable = arguments.GetValue(executable), GitRepoUrl = arguments.GetValue(git),
                GitBranch = arguments.GetValue(branch), GitCommit = arguments.GetValue(commit), GitWorkingDir = arguments.GetValue(directory),
                GitProject = arguments.GetValue(project),
            };
            return await RegisterAsync(context, request, cancellationToken);
        });
    }

    private static Command Push(CommandRunner runner, ClusterNames names)
    {
        var options = new WorkerTypeOptions(names);
        var project = new Option<FileSystemInfo>("--project", "-p")
        {
            Description = "The worker's project.", DefaultValueFactory = _ => new DirectoryInfo("."),
        };
        var command = options.AddTo(new CommandWithExamples(
            "push", "Publishes a worker's project, uploads it and registers it as a worker type.",
            "mindtrace types push resize ResizeWorker -p MyWorker --job-type resize", "mindtrace types push resize ResizeWorker --param max_size=640")
        {
            project,
        });
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var source = context.Arguments.GetRequiredValue(project);
            using var package = await context.Terminal.WithStatusAsync($"Publishing {source.FullName}", () => ProjectPackage.PublishAsync(source, cancellationToken));
            var request = options.Read(context.Arguments) with { Executable = package.Executable };
            EnsureClassIsThere(request.WorkerClass, package.Classes, source.FullName);
            var uploaded = await context.Terminal.WithProgressAsync(
                $"Uploading {package.Length / 1024:N0} KiB", package.Length,
                progress => context.Cluster.UploadWorkerPackageAsync(new ReportingStream(package.OpenRead(), progress), cancellationToken));
            return await RegisterAsync(context, request with { Package = uploaded.Package }, cancellationToken);
        });
    }

    private static void EnsureClassIsThere(string workerClass, IReadOnlyList<string> classes, string project)
    {
        // As in the cluster, the last part of a dotted path counts.
        if (classes.Count > 0 && !classes.Contains(workerClass[(workerClass.LastIndexOf('.') + 1)..]))
        {
            throw new UsageException($"{project} has no worker class {workerClass}. It has {string.Join(", ", classes)}.");
        }
    }

    private static async Task<ExitCode> RegisterAsync(CommandContext context, RegisterWorkerTypeRequest request, CancellationToken cancellationToken)
    {
        await context.Cluster.RegisterWorkerTypeAsync(request, cancellationToken);
        context.Write(request, (it, terminal) => terminal.WriteLine($"{it.WorkerName} is registered. Launch one: mindtrace workers launch {it.WorkerName}"));
        return ExitCode.Success;
    }

    /// <summary>What every worker type has.</summary>
    private sealed class WorkerTypeOptions(ClusterNames names)
    {
        private readonly Argument<string> _name = new("name") { Description = "The name of the worker type.", HelpName = "name", CompletionSources = { names.WorkerTypes } };
        private readonly Argument<string> _class = new("class") { Description = "The worker's class." };
        private readonly Option<string?> _jobType = new("--job-type", "-t") { Description = "The job type that its workers consume.", HelpName = "job-type", CompletionSources = { names.JobTypes } };
        private readonly Option<double> _cpus = new("--cpus") { Description = "How many processors each worker needs." };
        private readonly Option<long> _memory = new("--memory") { Description = "How much memory each worker needs, in MiB." };
        private readonly Option<int> _gpus = new("--gpus") { Description = "How many GPUs each worker needs, for itself alone." };
        private readonly Option<string[]> _labels = new("--label") { Description = "A label that its node must have: NAME=VALUE." };
        private readonly Option<string[]> _parameters = new("--param") { Description = "A parameter of the class: NAME=VALUE; a value that is JSON is taken as that." };

        public Command AddTo(Command command)
        {
            command.Add(_name);
            command.Add(_class);
            command.Add(_jobType);
            command.Add(_parameters);
            command.Add(_cpus);
            command.Add(_memory);
            command.Add(_gpus);
            command.Add(_labels);
            return command;
        }

        public RegisterWorkerTypeRequest Read(ParseResult arguments) =>
            new(WorkerTypeName.Parse(arguments.GetRequiredValue(_name)), arguments.GetRequiredValue(_class))
            {
                JobType = arguments.GetValue(_jobType) is { } type ? JobType.Parse(type) : null,
                WorkerParams = (arguments.GetValue(_parameters) ?? []).Select(ReadParameter).ToDictionary(it => it.Name, it => it.Value),
                Needs = ReadNeeds(arguments),
            };

        private WorkerNeeds? ReadNeeds(ParseResult arguments)
        {
            var labels = (arguments.GetValue(_labels) ?? []).Select(label => Split("--label", label)).ToDictionary(it => it.Name, it => it.Value);
            var needs = new WorkerNeeds
            {
                Cpus = arguments.GetValue(_cpus), MemoryBytes = arguments.GetValue(_memory) << 20, Gpus = arguments.GetValue(_gpus),
                Labels = labels.Count == 0 ? null : labels,
            };
            return needs == new WorkerNeeds() ? null : needs;
        }

        private static (string Name, string Value) Split(string option, string text) => text.Split('=', 2) is [{ Length: > 0 } name, var value]
            ? (name, value)
            : throw new UsageException($"{option} is '{text}': expected NAME=VALUE.");

        private static (string Name, JsonElement Value) ReadParameter(string text)
        {
            var (name, value) = Split("--param", text);
            try
            {
                return (name, JsonElement.Parse(value));
            }
            catch (JsonException)
            {
                return (name, JsonSerializer.SerializeToElement(value));
            }
        }
    }
}
