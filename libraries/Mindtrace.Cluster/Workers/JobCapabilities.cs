using System.Collections.Concurrent;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Who may call this worker as the code of which attempt. A capability is known from when the code asks for it until the attempt ends.</summary>
/// <remarks>
/// They are kept here and not in the store, since the worker that runs an attempt is who can answer for it: it orders the lines of the log,
/// watches the progress, and knows first that the attempt is to stop.
/// </remarks>
internal sealed class JobCapabilities(Func<CancellationToken, Task<Uri>> address) : ICapabilities
{
    private readonly ConcurrentDictionary<string, RunningJob> _running = new();

    public string? FindHolder(string digest) => _running.TryGetValue(digest, out var job) ? job.Holder : null;

    /// <exception cref="AttemptEndedException">It ended since the call was admitted.</exception>
    public RunningJob Of(Caller caller) =>
        caller.CapabilityDigest is { } digest && _running.TryGetValue(digest, out var job) ? job : throw new AttemptEndedException();

    public Task<Uri> AddressAsync(CancellationToken cancellationToken) => address(cancellationToken);

    public void Add(Capability capability, RunningJob job) => _running[capability.Digest] = job;

    public void Remove(Capability capability) => _running.TryRemove(capability.Digest, out _);
}

/// <summary>The attempt about which a call was made has ended.</summary>
internal sealed class AttemptEndedException() : Exception("The attempt has ended: nothing more is taken from its code.");
