namespace Mindtrace.Services;

/// <summary>The capabilities that this process has given to the code of the jobs that it runs. Each holds <see cref="Role.Job"/> alone.</summary>
public interface ICapabilities
{
    /// <summary>Looks up a capability.</summary>
    /// <param name="digest">The <see cref="Capability.Digest"/> of what a caller sent.</param>
    /// <returns>How its holder is called in logs; <see langword="null"/> when it is unknown, or its job has ended.</returns>
    string? FindHolder(string digest);
}
