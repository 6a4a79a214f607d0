namespace Mindtrace.Environments;

/// <summary>A checkout could not be made.</summary>
/// <param name="step">The step that failed.</param>
/// <param name="message">What went wrong.</param>
internal sealed class GitStepException(string step, string message) : Exception(message)
{
    public const string Clone = "clone";
    public const string Checkout = "checkout";

    public string Step { get; } = step;
}
