using System.Globalization;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>How our containers are known again, and by whom they may be removed.</summary>
internal static class ContainerLabels
{
    public const string Owner = "mindtrace.owner";
    public const string Job = "mindtrace.job";

    /// <summary>The time, in Unix seconds, after which a container is left over, whoever made it.</summary>
    public const string Until = "mindtrace.until";

    /// <summary>Covers what a run does besides running, and clocks that differ.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    public static Dictionary<string, string> Of(ScriptCommand command, ScriptLimits limits, TimeProvider time) => new()
    {
        [Owner] = ProcessOwner.Current.ToString(),
        [Job] = command.JobId ?? "",
        [Until] = (time.GetUtcNow() + limits.RunTimeout + Slack).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Tells whether nobody looks after a container any more: its owner is dead, or it should have been gone long ago.</summary>
    public static bool TellOrphan(IDictionary<string, string> labels, TimeProvider time) =>
        ProcessOwner.Parse(labels[Owner]) is { IsDead: true }
        || (labels.TryGetValue(Until, out var text)
            && long.TryParse(text, CultureInfo.InvariantCulture, out var until)
            && time.GetUtcNow().ToUnixTimeSeconds() > until);
}
