using System.Text.Json;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.AppHost.Tests.Boot;

/// <summary>An AppHost as somebody else would write it: <c>samples/Mindtrace.Samples.AppHost</c>.</summary>
[Collection(nameof(BootedCluster))]
public sealed class SampleAppHostTests
{
    [Fact]
    public async Task SampleAppHost_AppWithTheConnectionString_HasAJobRunByAWorkerOfAProject()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(150));
        var cancel = limit.Token;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Mindtrace_Samples_AppHost>(
            ["--Infrastructure:Mode=Embedded"], cancel);
        await using var app = await builder.BuildAsync(cancel);
        await app.StartAsync(cancel);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("uppercase", cancel);

        using var shop = Application(await app.GetConnectionStringAsync("cluster", cancel));
        var client = shop.Services.GetRequiredService<ClusterClient>();
        var submitted = await client.SubmitJobAsync(
            new Job { SchemaName = JobType.Parse("uppercase_job"), Payload = JsonElement.Parse("""{"message":"three lines"}""") }, cancel);
        var finished = await client.WaitForJobAsync(submitted.JobId, cancel);

        Assert.Equal(JobState.Completed, finished.Status);
        Assert.Equal("""{"echoed":"THREE LINES"}""", finished.Output.GetRawText());
        await app.ResourceNotifications.WaitForResourceHealthyAsync("node1", cancel);
        Assert.Single(await client.ListNodesAsync(cancel));
    }

    private static IHost Application(string? connectionString)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:cluster", connectionString)]);
        builder.AddMindtraceCluster();
        return builder.Build();
    }
}
