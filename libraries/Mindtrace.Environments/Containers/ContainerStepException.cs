namespace Mindtrace.Environments.Containers;

/// <summary>A step on the way to a container failed; the message has the engine's own words.</summary>
internal sealed class ContainerStepException(string step, string message, Exception? inner = null) : Exception(message, inner)
{
    public const string Connect = "connect";
    public const string Pull = "pull";
    public const string Create = "create";
    public const string Start = "start";
    public const string Run = "run";

    public string Step { get; } = step;
}
