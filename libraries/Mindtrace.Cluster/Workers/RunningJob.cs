using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>A job whose code runs now, as that code may know it. Disposing it ends what the code was given.</summary>
internal sealed class RunningJob(Job job, int attempt, AttemptReport report, JobCapabilities capabilities, CancellationToken stopping) : IDisposable
{
    private readonly Lock _lock = new();
    private Capability? _capability;
    private bool _hasEnded;

    /// <summary>Gets how the code is called in logs, as a caller.</summary>
    public string Holder { get; } = $"job {job.Id}, attempt {attempt}";

    public AttemptReport Report { get; } = report;

    public OwnJob Describe() => new(job.Id, job.SchemaName, attempt, job.Payload, stopping.IsCancellationRequested);

    /// <exception cref="AttemptEndedException">The attempt has ended.</exception>
    public async Task<JobCapability> GetCapabilityAsync(CancellationToken cancellationToken)
    {
        var url = await capabilities.AddressAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_hasEnded)
            {
                throw new AttemptEndedException();
            }

            if (_capability is null)
            {
                _capability = Capability.Create();
                capabilities.Add(_capability, this);
            }

            return new JobCapability(url, _capability.Text);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _hasEnded = true;
            if (_capability is not null)
            {
                capabilities.Remove(_capability);
            }
        }
    }
}
