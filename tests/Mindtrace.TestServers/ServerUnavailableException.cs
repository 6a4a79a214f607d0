using Xunit.v3;

namespace Mindtrace.TestServers;

/// <summary>
/// The machine cannot provide the server that a test asked for. Thrown inside a test it skips that test, except on the
/// build server (<c>CI=true</c>), where a test that silently stopped running would be a fault: there the test fails.
/// </summary>
public sealed class ServerUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">What is missing and how to provide it; becomes the skip reason.</param>
    public ServerUnavailableException(string reason)
        : base(IsBuildServer ? reason : DynamicSkipToken.Value + reason) => Reason = reason;

    /// <summary>Gets what is missing and how to provide it.</summary>
    public string Reason { get; }

    private static bool IsBuildServer =>
        Environment.GetEnvironmentVariable("CI") is { Length: > 0 } value &&
        !value.Equals("false", StringComparison.OrdinalIgnoreCase);
}
