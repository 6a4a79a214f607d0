using System.Globalization;
using Docker.DotNet.Models;
using Mindtrace.Environments.Containers;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class ContainerOrphanTests : ContainerTest
{
    private readonly List<string> _leftBehind = [];

    public override async ValueTask DisposeAsync()
    {
        foreach (var container in _leftBehind)
        {
            await Image.RemoveAsync(container);
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task Container_OfADeadProcess_IsRemoved()
    {
        await LeaveBehindAsync(ProcessOwner.Current with { StartedAt = 1 }, DateTimeOffset.MaxValue);

        await RemoveOrphansAsync();

        Assert.Empty(await RemainingAsync());
    }

    [Fact]
    public async Task Container_OfALivingProcess_Stays()
    {
        var container = await LeaveBehindAsync(ProcessOwner.Current, DateTimeOffset.MaxValue);
        _leftBehind.Add(container);

        await RemoveOrphansAsync();

        Assert.Equal(container, Assert.Single(await RemainingAsync()).ID);
    }

    [Fact]
    public async Task Container_OfAnotherMachine_StaysUntilItsTimeIsOver()
    {
        var owner = ProcessOwner.Current with { Machine = "elsewhere", StartedAt = 1 };
        var container = await LeaveBehindAsync(owner, DateTimeOffset.MaxValue);
        _leftBehind.Add(container);
        await LeaveBehindAsync(owner, DateTimeOffset.UnixEpoch);

        await RemoveOrphansAsync();

        Assert.Equal(container, Assert.Single(await RemainingAsync()).ID);
    }

    [Fact]
    public async Task Orphans_WithoutAnEngine_AreNone()
    {
        Policy.Engine = new Uri("unix:///run/no-such-engine.sock");

        Assert.Equal(0, await RemoveOrphansAsync());
    }

    private async Task<int> RemoveOrphansAsync()
    {
        using var runner = new ContainerRunner(Policy, TimeProvider.System);
        return await runner.RemoveOrphansAsync(Cancel);
    }

    private Task<string> LeaveBehindAsync(ProcessOwner owner, DateTimeOffset until) => Image.LeaveBehindAsync(
        new Dictionary<string, string>
        {
            [ContainerLabels.Owner] = owner.ToString(),
            [ContainerLabels.Job] = JobId,
            [ContainerLabels.Until] = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        },
        Cancel);

    private Task<IList<ContainerListResponse>> RemainingAsync() => Image.ContainersOfAsync(JobId, Cancel);
}
