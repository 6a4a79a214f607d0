using System.Diagnostics.Metrics;
using Mindtrace.Cluster;

namespace Mindtrace.Manager.Scaling;

/// <summary>The instruments of scaling. docs/telemetry.md lists them; a change here changes it.</summary>
internal sealed class ScalingTelemetry
{
    public const string Name = "Mindtrace.Cluster";

    private const string WorkerTypeTag = "mindtrace.worker.type";
    private const string DirectionTag = "mindtrace.scaling.direction";

    private readonly Counter<long> _decisions;
    private readonly Counter<long> _failures;
    private readonly Gauge<int> _workers;
    private readonly Gauge<int> _wanted;

    public ScalingTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _decisions = meter.CreateCounter<long>("mindtrace.scaling.decisions", "{decision}", "Decisions for more workers or fewer.");
        _failures = meter.CreateCounter<long>("mindtrace.scaling.failures", "{launch}", "Launches that came to nothing.");
        _workers = meter.CreateGauge<int>("mindtrace.scaling.workers", "{worker}", "Workers that there are, those included that are being launched.");
        _wanted = meter.CreateGauge<int>("mindtrace.scaling.wanted", "{worker}", "Workers that there are to be.");
    }

    public void Looked(WorkerTypeName type, int workers, int wanted)
    {
        var tag = new KeyValuePair<string, object?>(WorkerTypeTag, type.Value);
        _workers.Record(workers, tag);
        _wanted.Record(wanted, tag);
    }

    public void Decided(WorkerTypeName type, bool isMore) => _decisions.Add(
        1, new KeyValuePair<string, object?>(WorkerTypeTag, type.Value), new KeyValuePair<string, object?>(DirectionTag, isMore ? "up" : "down"));

    public void Failed(WorkerTypeName type) => _failures.Add(1, new KeyValuePair<string, object?>(WorkerTypeTag, type.Value));
}
