using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs;
using Mindtrace.Registry;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>Workers of packages: real uploads, downloads and processes.</summary>
public sealed class PackageLaunchTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task Package_UploadedRegisteredLaunched_RunsAJob()
    {
        using var zip = await SampleProgram.PackAsync();
        var package = (await Cluster.UploadWorkerPackageAsync(zip, Cancel)).Package;
        var type = await RegisterAsync("packaged", request => request with { Package = package, WorkerParams = Parameters("""{"repeat_count":2}""") });
        await using var node = NodeProgram.Start(fixture.Manager, "19830-19831");

        var launches = await Task.WhenAll(
            node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value)), node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value)));
        Assert.All(launches, launch => Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error)));
        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);
        var completed = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();

        Assert.Equal((JobState.Completed, "HELLO HELLO"), (completed.Status, type.ReadOutput(completed.Output)!.Echoed));
        Assert.Contains(completed.WorkerId, launches.Select(launch => launch.WorkerId));
    }

    [Fact]
    public async Task Package_HashMismatchAfterDownload_IsRefused()
    {
        using var zip = Zip.Of(("a.dll", Guid.NewGuid().ToString()));
        var package = (await Cluster.UploadWorkerPackageAsync(zip, Cancel)).Package;
        using var tampered = Zip.Of(("a.dll", "evil"));
        await fixture.Manager.Services.GetRequiredService<IBlobStore>().WriteAsync($"packages/{package}", tampered, Cancel);

        var launch = await LaunchAsync("tampered", "19832-19832", request => request with { Package = package });

        Assert.Equal(LaunchState.Failed, launch.Status);
        Assert.Contains($"The package stored as {package} has the digest", launch.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_ThatTheManagerLetPass_IsRefusedByTheNode()
    {
        using var zip = Zip.OfZeros(5000);
        var package = (await Cluster.UploadWorkerPackageAsync(zip, Cancel)).Package;

        var launch = await LaunchAsync(
            "bomb", "19833-19833", request => request with { Package = package }, ("Node:MaxUnpackedPackageBytes", "4096"));

        Assert.Equal((LaunchState.Failed, "The package unpacks to more than 4096 bytes, which is the limit."), (launch.Status, launch.Error));
    }

    [Fact]
    public async Task Package_GoneFromTheRegistry_IsNamed()
    {
        using var zip = Zip.Of(("a.dll", Guid.NewGuid().ToString()));
        var package = (await Cluster.UploadWorkerPackageAsync(zip, Cancel)).Package;
        var type = await RegisterAsync("gone", request => request with { Package = package });
        await fixture.Manager.Services.GetRequiredService<IBlobStore>().DeleteAsync($"packages/{package}", Cancel);
        await using var node = NodeProgram.Start(fixture.Manager, "19834-19834");

        var launch = await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value));

        Assert.Equal(
            (LaunchState.Failed, $"The registry has no package '{package}'. Upload it again, by upload_worker_package."), (launch.Status, launch.Error));
    }

    [Theory]
    [InlineData(null, "There is no program", "readme.txt")]
    [InlineData(null, "Name one as 'executable', since there are several programs: a.dll, b/c.dll.", "a.dll", "a.runtimeconfig.json", "b/c.dll", "b/c.runtimeconfig.json")]
    [InlineData("b.dll", "The package has no file 'b.dll'. It has: a.dll.", "a.dll")]
    public async Task Package_WithoutAClearProgram_SaysWhatItHas(string? executable, string reason, params string[] files)
    {
        using var zip = Zip.Of([.. files.Select(file => (file, "{}"))]);
        var package = (await Cluster.UploadWorkerPackageAsync(zip, Cancel)).Package;

        var launch = await LaunchAsync("unclear", "19835-19835", request => request with { Package = package, Executable = executable });

        Assert.Equal(LaunchState.Failed, launch.Status);
        Assert.StartsWith(reason, launch.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_WithANamedExecutable_RunsIt()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The executable of this test is a shell script.");
        }

        using var zip = Zip.Of(("bin/run", "#!/bin/sh\necho \"$Worker__Parameters__greeting $Worker__Class\"\nexit 7\n"));
        var package = (await Cluster.UploadWorkerPackageAsync(zip, Cancel)).Package;

        var launch = await LaunchAsync(
            "script",
            "19836-19836",
            request => request with { Package = package, Executable = "bin/run", WorkerParams = Parameters("""{"greeting":"hello"}""") });

        Assert.Equal((LaunchState.Failed, "Server: the process exited with code 7. It wrote last:\nhello UppercaseWorker"), (launch.Status, launch.Error));
    }

    [Theory]
    [InlineData(nameof(EchoWorker), """{"colour":"red"}""", "Parameter 'colour' is unknown: this worker takes no parameters.")]
    [InlineData(null, """{"repeat_cuont":2}""", "Parameter 'repeat_cuont' is unknown: there is repeat_count.")]
    [InlineData(null, """{"repeat_count":"often"}""", "Parameter 'repeat_count' must be a whole number.")]
    [InlineData(null, """{"repeat_count":11}""", "Parameter 'repeat_count': The field RepeatCount must be between 1 and 10.")]
    public async Task UnknownParameter_FailsTheLaunch_NamingIt(string? stockClass, string parameters, string reason)
    {
        string? package = null;
        if (stockClass is null)
        {
            using var zip = await SampleProgram.PackAsync();
            package = (await Cluster.UploadWorkerPackageAsync(zip, Cancel)).Package;
        }

        var launch = await LaunchAsync(
            "misparametered",
            "19837-19837",
            request => request with { WorkerClass = stockClass ?? "UppercaseWorker", Package = package, WorkerParams = Parameters(parameters) });

        Assert.Equal((LaunchState.Failed, $"Server: the process exited with code 1. It wrote last:\n{reason}"), (launch.Status, launch.Error));
    }

    [Theory]
    [InlineData("""{"worker_type":"A","worker_params":{},"git_repo_url":"ext::sh -c evil"}""", "The worker type cannot be launched: git_repo_url must be")]
    [InlineData("""{"worker_type":"A","worker_params":{},"git_repo_url":"http://127.0.0.1/a","git_branch":"--evil"}""", "The worker type cannot be launched: git_branch must be")]
    [InlineData("""{"worker_type":"A","worker_params":{}, "package": "../../etc"}""", "The worker type cannot be launched: package must be")]
    [InlineData("""{"worker_type":"A"}""", "worker.json of the worker type")]
    public async Task WorkerTypeFile_OfAnotherWriter_IsNotTrusted(string json, string reason)
    {
        var name = $"foreign-{Guid.NewGuid():N}";
        await fixture.Manager.Services.GetRequiredService<ObjectRegistry>().SaveAsync(
            new RegistryName("worker", name),
            new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { ["worker.json"] = Encoding.UTF8.GetBytes(json) }),
            Cancel);
        await using var node = NodeProgram.Start(fixture.Manager, "19838-19838");

        var launch = await node.EndOfLaunchAsync(await node.LaunchAsync(name));

        Assert.Equal(LaunchState.Failed, launch.Status);
        Assert.StartsWith(reason, launch.Error, StringComparison.Ordinal);
    }

    private static Dictionary<string, JsonElement> Parameters(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private async Task<LaunchStatus> LaunchAsync(
        string name, string ports, Func<RegisterWorkerTypeRequest, RegisterWorkerTypeRequest> with, params (string Key, string Value)[] settings)
    {
        var type = await RegisterAsync(name, with);
        await using var node = NodeProgram.Start(fixture.Manager, ports, settings);
        return await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value));
    }

    private async Task<JobSchema<EchoInput, EchoOutput>> RegisterAsync(string name, Func<RegisterWorkerTypeRequest, RegisterWorkerTypeRequest> with)
    {
        var type = ClusterFixture.NewType(name);
        var request = new RegisterWorkerTypeRequest(WorkerTypeName.Parse(type.Type.Value), "UppercaseWorker") { JobType = type.Type };
        await Cluster.RegisterWorkerTypeAsync(with(request), Cancel);
        return type;
    }
}
