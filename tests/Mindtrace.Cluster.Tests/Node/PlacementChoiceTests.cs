using CsCheck;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Nodes;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Which node a worker is placed on, for any nodes and any worker.</summary>
public sealed class PlacementChoiceTests
{
    private static readonly Gen<IReadOnlyDictionary<string, string>> Labels =
        Gen.Dictionary(Gen.OneOf<string>("zone", "disk"), Gen.OneOf<string>("a", "b"))[0, 2].Select(it => (IReadOnlyDictionary<string, string>)it);

    private static readonly Gen<NodeResources> Resources =
        Gen.Select(Gen.Int[0, 16], Gen.Int[0, 64], Gen.Int[0, 4], (cpus, memory, gpus) => new NodeResources(cpus / 2.0, memory, gpus));

    private static readonly Gen<KnownNode> Nodes = Gen.Select(
        Gen.Int[0, 999], Gen.Int[0, 5], Gen.Int[0, 5], Resources.Null(), Resources, Labels, Gen.Int[0, 9],
        (id, workers, max, total, reserved, labels, state) => new KnownNode(new Uri($"http://node-{id}/"), DateTimeOffset.UnixEpoch, IsSilent: state == 0)
        {
            Report = new NodeReport(workers, max) { Total = total, Reserved = reserved, Labels = labels },
            Drain = state == 1 ? new Drain(Deadline: null) : null,
        });

    private static readonly Gen<WorkerNeeds> Needs = Gen.Select(Resources, Labels, (it, labels) =>
        new WorkerNeeds { Cpus = it.Cpus, MemoryBytes = it.MemoryBytes, Gpus = it.Gpus, Labels = labels });

    private static readonly Gen<PlacementStrategy> Strategies = Gen.Enum<PlacementStrategy>();

    [Fact]
    public void Choice_AnyNodes_TakesOneThatHasItAll_OrSaysOfEachWhyNot() => Gen.Select(Needs, Nodes.List[0, 8], Strategies).Sample((needs, nodes, strategy) =>
    {
        var able = nodes.Where(node => IsAble(needs, node)).ToList();

        var choice = Placement.Choose(needs, nodes, strategy);

        Assert.Equal(able.Count > 0, choice.Node is not null);
        Assert.True(choice.Node is null || able.Contains(choice.Node));
        Assert.Equal(nodes.Count - able.Count, choice.Refusals.Count);
        Assert.All(choice.Refusals, refusal => Assert.NotEmpty(refusal.Reason));
    });

    [Fact]
    public void Choice_AnyOrderOfTheNodes_IsTheSame() => Gen.Select(Needs, Nodes.List[0, 8], Strategies).Sample((needs, nodes, strategy) =>
    {
        var distinct = nodes.DistinctBy(node => node.Url).ToList();

        Assert.Equal(Placement.Choose(needs, distinct, strategy).Node, Placement.Choose(needs, Enumerable.Reverse(distinct), strategy).Node);
    });

    [Fact]
    public void Choices_OfEqualWorkersOnEqualNodes_AreSpreadEvenly_OrFillOneAfterTheOther() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[0, 36], Strategies).Sample((nodes, each, workers, strategy) =>
        {
            var placed = Place(nodes, each, workers, strategy);

            Assert.Equal(Math.Min(workers, nodes * each), placed.Sum());
            Assert.All(placed, count => Assert.InRange(count, 0, each));
            if (strategy == PlacementStrategy.Spread)
            {
                Assert.InRange(placed.Max() - placed.Min(), 0, 1);
            }
            else
            {
                Assert.InRange(placed.Count(count => count > 0 && count < each), 0, 1);
            }
        });

    [Fact]
    public void Choice_WorkerWithoutGpus_LeavesNodesWithGpusToOthers_WhileThereIsAnother()
    {
        var (plain, rich) = (Node("plain", new NodeResources(2, 1000, 0), workers: 1), Node("rich", new NodeResources(64, 100_000, 4), workers: 0));

        foreach (var strategy in Enum.GetValues<PlacementStrategy>())
        {
            Assert.Equal(plain, Placement.Choose(new WorkerNeeds { Cpus = 1 }, [plain, rich], strategy).Node);
            Assert.Equal(rich, Placement.Choose(new WorkerNeeds { Cpus = 4 }, [plain, rich], strategy).Node);
            Assert.Equal(rich, Placement.Choose(new WorkerNeeds { Gpus = 1 }, [plain, rich], strategy).Node);
        }
    }

    [Theory]
    [InlineData(3.0, 0, 0, "has 2 of 2 processors free")]
    [InlineData(0.0, 2000, 0, "has 1000 of 1000 bytes of memory free")]
    [InlineData(0.0, 0, 2, "has 1 of 1 GPUs free")]
    public void Obstacle_TooLittle_SaysHowMuchThereIs(double cpus, long memory, int gpus, string expected) => Assert.Equal(
        expected,
        Placement.FindObstacle(new WorkerNeeds { Cpus = cpus, MemoryBytes = memory, Gpus = gpus }, Node("one", new NodeResources(2, 1000, 1), workers: 0)));

    [Fact]
    public void Obstacle_Labels_AreNamed()
    {
        var node = Node("one", NodeResources.None, workers: 0);

        Assert.Equal("has no label zone", Placement.FindObstacle(Asking("a"), node));
        Assert.Equal("has label zone=b, not a", Placement.FindObstacle(Asking("a"), node with { Report = node.Report! with { Labels = Asking("b").Labels! } }));

        static WorkerNeeds Asking(string zone) => new() { Labels = new Dictionary<string, string> { ["zone"] = zone } };
    }

    private static KnownNode Node(string name, NodeResources total, int workers) =>
        new(new Uri($"http://{name}/"), DateTimeOffset.UnixEpoch, IsSilent: false) { Report = new NodeReport(workers, 10) { Total = total } };

    /// <summary>Places workers one after the other, each of which fills a processor.</summary>
    private static int[] Place(int nodes, int each, int workers, PlacementStrategy strategy)
    {
        var known = Enumerable.Range(0, nodes).Select(id => Node($"node-{id}", new NodeResources(each, 1000, 0), workers: 0)).ToList();
        for (var i = 0; i < workers && Placement.Choose(new WorkerNeeds { Cpus = 1 }, known, strategy).Node is { } node; i++)
        {
            var claims = new NodeClaims(node.Claims.Workers + 1, node.Claims.Resources + new NodeResources(1, 0, 0));
            known[known.IndexOf(node)] = node with { Claims = claims };
        }

        return [.. known.Select(node => node.Workers)];
    }

    private static bool IsAble(WorkerNeeds needs, KnownNode node)
    {
        var (report, total) = (node.Report!, node.Report!.Total);
        return !node.IsSilent && node.Drain is null && report.Workers < report.MaxWorkers
            && (needs.Labels ?? new Dictionary<string, string>()).All(label => report.Labels.GetValueOrDefault(label.Key) == label.Value)
            && (total is null
                ? needs.Cpus == 0 && needs.MemoryBytes == 0 && needs.Gpus == 0
                : report.Reserved.Cpus + needs.Cpus <= total.Cpus && report.Reserved.MemoryBytes + needs.MemoryBytes <= total.MemoryBytes
                    && report.Reserved.Gpus + needs.Gpus <= total.Gpus);
    }
}
