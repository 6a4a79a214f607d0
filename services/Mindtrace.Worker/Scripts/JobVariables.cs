using Mindtrace.Cluster;

namespace Mindtrace.Worker.Scripts;

/// <summary>The variables by which a script calls its worker about its job.</summary>
internal static class JobVariables
{
    public const string Url = "MINDTRACE_JOB_URL";
    public const string Token = "MINDTRACE_JOB_TOKEN";

    /// <summary>Adds them to the variables that the job names.</summary>
    public static IReadOnlyDictionary<string, string>? AddTo(this JobCapability? capability, IReadOnlyDictionary<string, string>? named) =>
        capability is null
            ? named
            : new Dictionary<string, string>(named ?? new Dictionary<string, string>())
            {
                [Url] = capability.Url.AbsoluteUri,
                [Token] = capability.Token,
            };
}
