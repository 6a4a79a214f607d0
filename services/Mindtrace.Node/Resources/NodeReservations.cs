using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;

namespace Mindtrace.Node.Resources;

/// <summary>What this node has, and what of it is set aside for which worker.</summary>
internal sealed class NodeReservations(IOptions<ResourceOptions> options)
{
    private readonly Lock _change = new();
    private readonly HashSet<Reservation> _taken = [];
    private IReadOnlyList<string> _gpus = [];

    public NodeCapacity Total => new(
        options.Value.Cpus ?? Environment.ProcessorCount, options.Value.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, _gpus.Count);

    public NodeCapacity Reserved
    {
        get
        {
            lock (_change)
            {
                return new NodeCapacity(
                    _taken.Sum(it => it.Needs.Cpus), _taken.Sum(it => it.Needs.MemoryBytes), _taken.Sum(it => it.Gpus.Count));
            }
        }
    }

    /// <summary>Gets the labels of this node.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; } = new Dictionary<string, string>(options.Value.Labels)
    {
        ["os"] = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux",
        ["arch"] = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
    };

    /// <summary>Notes which GPUs there are. To be called once, before anything is taken.</summary>
    public void Offer(IReadOnlyList<string> gpus) => _gpus = gpus;

    /// <summary>Sets aside what a worker needs.</summary>
    /// <exception cref="NodeFullException">It is not there.</exception>
    public Reservation Take(WorkerNeeds needs)
    {
        lock (_change)
        {
            var (total, reserved) = (Total, Reserved);
            var free = _gpus.Except(_taken.SelectMany(it => it.Gpus)).ToList();
            if (reserved.Cpus + needs.Cpus > total.Cpus + 1e-9)
            {
                throw new NodeFullException("processors", needs.Cpus, total.Cpus - reserved.Cpus);
            }
            else if (reserved.MemoryBytes + needs.MemoryBytes > total.MemoryBytes)
            {
                throw new NodeFullException("bytes of memory", needs.MemoryBytes, total.MemoryBytes - reserved.MemoryBytes);
            }
            else if (free.Count < needs.Gpus)
            {
                throw new NodeFullException("GPUs", needs.Gpus, free.Count);
            }

            return Keep(needs, [.. free.Take(needs.Gpus)]);
        }
    }

    /// <summary>Sets aside what a worker has already that an earlier run of this node started.</summary>
    public Reservation TakeAgain(WorkerNeeds needs, IReadOnlyList<string> gpus)
    {
        lock (_change)
        {
            return Keep(needs, gpus);
        }
    }

    private Reservation Keep(WorkerNeeds needs, IReadOnlyList<string> gpus)
    {
        var reservation = new Reservation(needs, gpus, giveBack: it =>
        {
            lock (_change)
            {
                _taken.Remove(it);
            }
        })
        {
            NodeHasGpus = _gpus.Count > 0,
        };
        _taken.Add(reservation);
        return reservation;
    }
}

/// <summary>What is set aside for one worker until it is disposed.</summary>
internal sealed class Reservation(WorkerNeeds needs, IReadOnlyList<string> gpus, Action<Reservation> giveBack) : IDisposable
{
    public WorkerNeeds Needs { get; } = needs;

    /// <summary>Gets the ids of its GPUs.</summary>
    public IReadOnlyList<string> Gpus { get; } = gpus;

    /// <summary>Gets whether there are GPUs that it is not to see.</summary>
    public bool NodeHasGpus { get; init; }

    public void Dispose() => giveBack(this);
}

/// <summary>A worker needs more than this node has left.</summary>
internal sealed class NodeFullException(string what, double needed, double free) : Exception(
    string.Create(CultureInfo.InvariantCulture, $"The worker needs {needed:0.###} {what}, and the node has {Math.Max(0, free):0.###} left."));
