namespace Mindtrace.Environments.Scripts;

/// <summary>The policy of this machine forbids what a job asks for. It stays forbidden however often it is tried.</summary>
/// <param name="rule">The setting that refused it, such as <c>Scripts:Containers:AllowedImages</c>.</param>
/// <param name="message">What was refused, and what would be allowed.</param>
public sealed class ScriptRefusedException(string rule, string message) : Exception($"{message} ({rule})")
{
    /// <summary>Gets the setting that refused it.</summary>
    public string Rule { get; } = rule;
}
