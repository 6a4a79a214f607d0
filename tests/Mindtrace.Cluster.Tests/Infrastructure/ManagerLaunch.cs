using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests;

/// <summary>How a test starts the manager's program as a process of its own.</summary>
internal static class ManagerLaunch
{
    /// <summary>Makes a launch with all that a manager needs; <see langword="null"/> takes a setting away.</summary>
    public static ServiceLaunch On(string redis, Uri? url = null, params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            [TestProcess.Variable] = TestProcess.Owner,
            ["ConnectionStrings:redis"] = redis,
            ["Queue:Backend"] = nameof(QueueBackend.Redis),
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new ServiceLaunch
        {
            Program = typeof(Program).Assembly.Location,
            Url = url ?? new Uri($"http://127.0.0.1:{LoopbackPort.FindFree()}"),
            ApiKey = ManagerProgram.ApiKey,
            Settings = all,
        };
    }
}
