using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster;

namespace Mindtrace.Docs.Tests.Readme;

public sealed class ApplicationTests
{
    [Fact]
    public void Application_WithTheConnectionStringOfACluster_HasItsClient()
    {
        string[] args = ["--ConnectionStrings:cluster", "Endpoint=http://manager:8002;Key=of-the-cluster"];

        #region application
        var builder = WebApplication.CreateBuilder(args);
        builder.AddMindtraceCluster("cluster");
        #endregion

        using var services = builder.Services.BuildServiceProvider();
        Assert.Equal(new Uri("http://manager:8002"), services.GetRequiredService<ClusterClient>().Url);
    }
}
