using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Manager.Scaling;

namespace Mindtrace.Cluster.Tests.Scaling;

/// <summary>What scaling measures, by the names that docs/telemetry.md promises.</summary>
public sealed class ScalingTelemetryTests
{
    [Fact]
    public void Scaling_LooksDecidesAndFails_IsMeasured()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var telemetry = new ScalingTelemetry(services.GetRequiredService<IMeterFactory>());
        var type = WorkerTypeName.Parse($"measured-{Guid.NewGuid():N}");
        var measured = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Meter.Name == "Mindtrace.Cluster")
                {
                    it.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();

        telemetry.Looked(type, workers: 1, wanted: 3);
        telemetry.Decided(type, isMore: true);
        telemetry.Decided(type, isMore: false);
        telemetry.Failed(type);

        Assert.Equal(
            [
                "mindtrace.scaling.workers 1", "mindtrace.scaling.wanted 3", "mindtrace.scaling.decisions 1 up", "mindtrace.scaling.decisions 1 down",
                "mindtrace.scaling.failures 1",
            ],
            measured);

        // Other tests of this process measure as well; what is measured here has a type of its own.
        void Note(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray();
            if (all.Any(tag => tag is { Key: "mindtrace.worker.type", Value: string name } && name == type.Value))
            {
                var rest = all.Where(tag => tag.Key == "mindtrace.scaling.direction").Select(tag => $" {tag.Value}");
                measured.Enqueue($"{instrument.Name} {value}{string.Concat(rest)}");
            }
        }
    }
}
