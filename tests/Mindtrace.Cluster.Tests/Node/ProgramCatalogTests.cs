extern alias node;

using System.Text;
using Mindtrace.Cluster.Tests.Gateway;
using Mindtrace.Registry;
using node::Mindtrace.Node.Programs;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>What a node makes of the packages that it is sent.</summary>
public sealed class ProgramCatalogTests
{
    private static readonly PackageDigest AskedFor = PackageDigest.Parse(new string('0', 64));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Package_IsAnotherThanAskedFor_IsRefused()
    {
        await using var manager = await TestApp.StartAsync(async context =>
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("another program"), Cancel));

        await Assert.ThrowsAsync<RegistryIntegrityException>(() => Catalog(manager).OpenPackageAsync(AskedFor, Cancel));
    }

    [Fact]
    public async Task Package_BreaksOff_IsRefused()
    {
        await using var manager = await TestApp.StartAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10], Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            context.Abort();
        });

        await Assert.ThrowsAsync<ProgramException>(() => Catalog(manager).OpenPackageAsync(AskedFor, Cancel));
    }

    private static ProgramCatalog Catalog(TestApp manager) => new(ClusterClient.Connect(manager.Url, ManagerProgram.ApiKey));
}
