using Mindtrace.Jobs;

namespace Mindtrace.Dashboard;

/// <summary>Where the pages are. All but the first are below one word, so that only that one is lost as the name of an app.</summary>
internal static class DashboardPaths
{
    public const string Overview = "/";
    public const string Login = "/ui/login";
    public const string Logout = "/ui/logout";
    public const string Jobs = "/ui/jobs";
    public const string JobTemplate = "/ui/jobs/{Id}";
    public const string DeadLetters = "/ui/dead-letters";
    public const string Workers = "/ui/workers";
    public const string WorkerTemplate = "/ui/workers/{Id}";
    public const string WorkerTypes = "/ui/worker-types";
    public const string JobTypes = "/ui/job-types";
    public const string Schedules = "/ui/schedules";

    public const string Keys = "/ui/keys";
    public const string Audit = "/ui/audit";
    public const string Reference = "/ui/api";

    public static string Worker(string id) => $"{Workers}/{Uri.EscapeDataString(id)}";

    public static string Job(JobId id) => $"{Jobs}/{Uri.EscapeDataString(id.Value)}";

    public static string JobsOf(JobType type, JobState? state = null) =>
        $"{Jobs}?type={Uri.EscapeDataString(type.Value)}" + (state is null ? "" : $"&state={state.ToString()!.ToLowerInvariant()}");
}
