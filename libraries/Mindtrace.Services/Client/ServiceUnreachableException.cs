namespace Mindtrace.Services;

/// <summary>A service could not be reached, or gave no answer in time.</summary>
public sealed class ServiceUnreachableException : Exception
{
    internal ServiceUnreachableException(Uri address, string reason, Exception cause)
        : base($"The service at {address} {reason}. Check that it runs, and that the address and port are right.", cause) =>
        Address = address;

    /// <summary>Gets the base address that was tried.</summary>
    public Uri Address { get; }
}
