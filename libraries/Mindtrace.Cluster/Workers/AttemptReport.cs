using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>What the code of an attempt tells while it runs.</summary>
/// <param name="log">Takes what it prints.</param>
/// <param name="progressed">To be called when it gets on.</param>
internal sealed class AttemptReport(JobLogWriter log, Action progressed)
{
    private readonly Lock _lock = new();
    private JobProvenance? _provenance;

    public JobLogWriter Log { get; } = log;

    /// <summary>Gets or sets what exactly runs; none when it is nothing of a worker's.</summary>
    public JobProvenance? Provenance
    {
        get
        {
            lock (_lock)
            {
                return _provenance;
            }
        }

        set
        {
            lock (_lock)
            {
                _provenance = value;
            }
        }
    }

    public void Progressed() => progressed();

    public void AddFact(string name, string value)
    {
        lock (_lock)
        {
            _provenance = _provenance! with { Facts = _provenance.Facts.SetItem(name, value) };
        }
    }

    public void Pin(JsonElement patch)
    {
        lock (_lock)
        {
            _provenance = _provenance! with { Pins = patch };
        }
    }
}
