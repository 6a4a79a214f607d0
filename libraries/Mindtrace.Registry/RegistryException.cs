namespace Mindtrace.Registry;

/// <summary>The registry cannot do what was asked. Messages say what to check and hold no secret.</summary>
public abstract class RegistryException : Exception
{
    private protected RegistryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The store cannot be reached, or fails. Trying again later may help.</summary>
/// <param name="message">What failed and what to check.</param>
/// <param name="innerException">The store's own error.</param>
public sealed class RegistryUnavailableException(string message, Exception? innerException = null)
    : RegistryException(message, innerException);

/// <summary>The store does not know the access key, or its secret is wrong. Trying again does not help.</summary>
/// <param name="message">What was refused and what to check.</param>
/// <param name="innerException">The store's own error.</param>
public sealed class RegistryCredentialsException(string message, Exception? innerException = null)
    : RegistryException(message, innerException);

/// <summary>The store knows us, but we may not do this: rights on the bucket or the folder are missing.</summary>
/// <param name="message">What was refused and what to check.</param>
/// <param name="innerException">The store's own error.</param>
public sealed class RegistryAccessDeniedException(string message, Exception? innerException = null)
    : RegistryException(message, innerException);

/// <summary>What the store holds is damaged: bytes that do not have the hash they were saved with, or a record that is none.</summary>
/// <param name="message">What is damaged and how it is mended.</param>
/// <param name="innerException">The error that showed it, if there was one.</param>
public sealed class RegistryIntegrityException(string message, Exception? innerException = null)
    : RegistryException(message, innerException);

/// <summary>A package has more bytes than allowed; nothing was stored.</summary>
/// <param name="maxBytes">The limit, in bytes.</param>
public sealed class PackageTooLargeException(long maxBytes)
    : RegistryException($"The package has more than {maxBytes} bytes, which is the limit.", null)
{
    /// <summary>Gets the limit, in bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}
