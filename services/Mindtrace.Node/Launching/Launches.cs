using Microsoft.Extensions.Options;

namespace Mindtrace.Node.Launching;

/// <summary>The launches that this node knows: all whose worker may live, and the last of those whose worker has ended.</summary>
internal sealed class Launches(IOptions<LaunchOptions> options)
{
    private readonly Lock _change = new();
    private readonly OrderedDictionary<Guid, Launch> _all = [];
    private readonly Queue<Launch> _ended = new();

    /// <summary>Gets how many workers this node has, those included that are being launched.</summary>
    public int Living
    {
        get
        {
            lock (_change)
            {
                return _all.Count - _ended.Count;
            }
        }
    }

    public void Add(Launch launch)
    {
        lock (_change)
        {
            _all.Add(launch.Id, launch);
        }
    }

    /// <summary>Notes that nothing is left of a launch's worker, and forgets the oldest of its like.</summary>
    public void End(Launch launch)
    {
        lock (_change)
        {
            _ended.Enqueue(launch);
            while (_ended.Count > options.Value.EndedLaunchesKept)
            {
                var oldest = _ended.Dequeue();
                _all.Remove(oldest.Id);
                foreach (var output in oldest.Outputs)
                {
                    output.Log.Delete();
                }

                oldest.Dispose();
            }
        }
    }

    /// <exception cref="LaunchNotFoundException">There is no such launch.</exception>
    public Launch Get(Guid id)
    {
        lock (_change)
        {
            return _all.TryGetValue(id, out var launch) ? launch : throw new LaunchNotFoundException(id);
        }
    }

    /// <summary>Lists the launches that a filter takes, in the order of their beginning.</summary>
    public IReadOnlyList<Launch> Where(Func<Launch, bool> filter)
    {
        lock (_change)
        {
            return [.. _all.Values.Where(filter)];
        }
    }
}
