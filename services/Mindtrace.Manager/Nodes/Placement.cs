using System.Globalization;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Nodes;

/// <summary>Where a worker goes, or why it goes nowhere.</summary>
/// <param name="Node">The node; none when none can take it.</param>
/// <param name="Refusals">Why each of the other nodes cannot, of those that cannot.</param>
internal sealed record Placement(KnownNode? Node, IReadOnlyList<(Uri Node, string Reason)> Refusals)
{
    // Sums of parts of a processor are not exact.
    private const double Rounding = 1e-9;

    /// <summary>Picks a node for a worker.</summary>
    /// <param name="needs">What the worker is to have.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="strategy">Which to take of several.</param>
    public static Placement Choose(WorkerNeeds needs, IEnumerable<KnownNode> nodes, PlacementStrategy strategy)
    {
        List<(Uri, string)> refusals = [];
        List<KnownNode> able = [];
        foreach (var node in nodes)
        {
            if (FindObstacle(needs, node) is { } reason)
            {
                refusals.Add((node.Url, reason));
            }
            else
            {
                able.Add(node);
            }
        }

        // Whatever the strategy, GPUs are kept for those who need them, as far as there are other nodes.
        var chosen = able
            .OrderBy(node => needs.Gpus == 0 && node.Report?.Total is { Gpus: > 0 })
            .ThenBy(node => strategy == PlacementStrategy.BinPack ? -UseWith(needs, node) : UseWith(needs, node))
            .ThenBy(node => strategy == PlacementStrategy.BinPack ? -node.Workers : node.Workers)
            .ThenBy(node => node.Url.AbsoluteUri, StringComparer.Ordinal)
            .FirstOrDefault();
        return new Placement(chosen, refusals);
    }

    /// <summary>Tells why a node cannot take a worker.</summary>
    /// <returns>The first reason; <see langword="null"/> when it can.</returns>
    public static string? FindObstacle(WorkerNeeds needs, KnownNode node)
    {
        if (node.IsSilent)
        {
            return string.Create(CultureInfo.InvariantCulture, $"silent since {node.LastBeatAt:O}");
        }

        if (node.Drain is not null)
        {
            return "drained";
        }

        if (node.Report?.MaxWorkers <= node.Workers)
        {
            return string.Create(CultureInfo.InvariantCulture, $"has {node.Workers} workers, as many as it has ports for");
        }

        foreach (var (label, value) in needs.Labels ?? new Dictionary<string, string>())
        {
            if (node.Report?.Labels.TryGetValue(label, out var own) != true)
            {
                return $"has no label {label}";
            }
            else if (own != value)
            {
                return $"has label {label}={own}, not {value}";
            }
        }

        return FindShortage(needs, node);
    }

    private static string? FindShortage(WorkerNeeds needs, KnownNode node)
    {
        var reserved = node.Reserved;
        return node.Report?.Total switch
        {
            null when needs is { Cpus: > 0 } or { MemoryBytes: > 0 } or { Gpus: > 0 } => "does not tell what it has",
            null => null,
            var total when reserved.Cpus + needs.Cpus > total.Cpus + Rounding => Short("processors", total.Cpus - reserved.Cpus, total.Cpus),
            var total when reserved.MemoryBytes + needs.MemoryBytes > total.MemoryBytes =>
                Short("bytes of memory", total.MemoryBytes - reserved.MemoryBytes, total.MemoryBytes),
            var total when reserved.Gpus + needs.Gpus > total.Gpus => Short("GPUs", total.Gpus - reserved.Gpus, total.Gpus),
            _ => null,
        };

        static string Short(string what, double free, double total) =>
            string.Create(CultureInfo.InvariantCulture, $"has {Math.Max(0, free):0.###} of {total:0.###} {what} free");
    }

    /// <summary>Tells how much of a node would be used, by what it would be used most of: 0 to 1.</summary>
    private static double UseWith(WorkerNeeds needs, KnownNode node)
    {
        var (reserved, total) = (node.Reserved, node.Report?.Total ?? NodeResources.None);
        double[] uses =
        [
            Share(node.Workers + 1, node.Report?.MaxWorkers ?? 0),
            Share(reserved.Cpus + needs.Cpus, total.Cpus),
            Share(reserved.MemoryBytes + needs.MemoryBytes, total.MemoryBytes),
            Share(reserved.Gpus + needs.Gpus, total.Gpus),
        ];
        return uses.Max();

        static double Share(double used, double all) => all > 0 ? used / all : 0;
    }
}
