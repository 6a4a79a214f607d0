using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Docs.Tests.Guide;
using Mindtrace.Jobs;

namespace Mindtrace.Docs.Tests.Readme;

[Collection(nameof(GuideCluster))]
public sealed class PackageTests(GuideCluster guide) : IDisposable
{
    private const string Package = "uppercase.zip";

    [Fact]
    public async Task Package_UploadedAndLaunched_RunsJobs()
    {
        var cluster = guide.Client;
        await File.WriteAllBytesAsync(Package, UppercasePackage.Open().ToArray());

        #region upload-package
        await using var zip = File.OpenRead("uppercase.zip");
        var uploaded = await cluster.UploadWorkerPackageAsync(zip);
        var uppercase = WorkerTypeName.Parse("uppercase");
        await cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(uppercase, "UppercaseWorker")
        {
            Package = uploaded.Package,
            JobType = JobType.Parse("uppercase_job"),
            WorkerParams = new Dictionary<string, JsonElement> { ["repeat_count"] = JsonSerializer.SerializeToElement(2) },
        });
        await cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(uppercase));
        #endregion

        var job = new JobSchema<EchoInput, EchoOutput>("uppercase_job").CreateJob(new EchoInput { Message = "packed" });
        await cluster.SubmitJobAsync(job);
        Assert.StartsWith("""{"echoed":"PACKED""", (await cluster.WaitForJobAsync(job.Id)).Output.GetRawText(), StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(Package);
}
