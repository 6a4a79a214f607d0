using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>A job type that goes to an HTTP endpoint of an app behind the manager's gateway.</summary>
internal static class GatewaySample
{
    private static readonly JobSchema<EchoInput, EchoOutput> EchoJob = new("echo_job");

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);

        // The app is an ordinary web application; the job is the body of the request.
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/run", (JsonElement job) => Results.Json(new
        {
            status = "completed", output = new { echoed = job.GetProperty("payload").GetProperty("message") },
        }));
        await app.StartAsync(cancellationToken);

        await cluster.Client.RegisterAppAsync(AppName.Parse("echo"), new Uri(app.Urls.First()), cancellationToken);
        await cluster.Client.RegisterJobToEndpointAsync(EchoJob.Type, "echo/run", cancellationToken);

        // The answer to the submit is the outcome already.
        var status = await cluster.Client.SubmitJobAsync(EchoJob.CreateJob(new EchoInput { Message = "Hello gateway" }), cancellationToken);
        Console.WriteLine($"Job {status.Status} by {status.WorkerId}: {status.Output}");
    }
}
