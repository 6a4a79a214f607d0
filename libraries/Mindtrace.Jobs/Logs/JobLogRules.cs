namespace Mindtrace.Jobs;

/// <summary>When the lines of a log are moved to the registry's store, besides at the end of each attempt.</summary>
public static class JobLogRules
{
    /// <summary>The size at which the lines of a running job are moved, in bytes: 1 MiB. Objects of that size are few, and cheap to read.</summary>
    public const int MoveAtBytes = 1024 * 1024;

    /// <summary>The silence after which the lines of an attempt are moved that never said which was its last, since its worker died: 10 minutes.</summary>
    public static readonly TimeSpan MoveAfterSilence = TimeSpan.FromMinutes(10);
}
