using System.IO.Compression;
using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Samples.Cluster;

/// <summary>A worker of one's own: its program is zipped and uploaded, and a node launches it, with a parameter.</summary>
internal static class PackageWorkerSample
{
    private static readonly JobSchema<EchoInput, EchoOutput> UppercaseJob = new("uppercase_job");

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);
        var node = await cluster.StartNodeAsync("18220-18224", cancellationToken);

        // What `dotnet publish samples/Mindtrace.Samples.Uppercase` would give serves as well.
        using var zip = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(
            Path.GetDirectoryName(ServiceProgram.Of("Mindtrace.Samples.Uppercase"))!, zip, CompressionLevel.Fastest,
            includeBaseDirectory: false, cancellationToken);
        zip.Position = 0;
        var package = await cluster.Client.UploadWorkerPackageAsync(zip, cancellationToken);
        Console.WriteLine($"Uploaded {package.Bytes} bytes as {package.Package}");

        var workerType = WorkerTypeName.Parse("uppercase");
        await cluster.Client.RegisterWorkerTypeAsync(
            new RegisterWorkerTypeRequest(workerType, "UppercaseWorker")
            {
                Package = package.Package,
                JobType = UppercaseJob.Type,
                WorkerParams = new Dictionary<string, JsonElement> { ["repeat_count"] = JsonSerializer.SerializeToElement(2) },
            },
            cancellationToken);
        await cluster.Client.LaunchAsync(node.Url, workerType, cancellationToken);

        var job = await cluster.Client.SubmitJobAsync(UppercaseJob.CreateJob(new EchoInput { Message = "package" }), cancellationToken);
        var finished = await cluster.Client.WaitForJobAsync(job.JobId, cancellationToken);
        Console.WriteLine($"Job {finished.Status}: {finished.Output}");
    }
}
