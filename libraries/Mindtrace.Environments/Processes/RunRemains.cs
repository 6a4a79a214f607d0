using System.Diagnostics;

namespace Mindtrace.Environments;

/// <summary>Ends and removes what is left of a run: of one that ended just now, or of one whose worker died.</summary>
internal static class RunRemains
{
    private static readonly TimeSpan KillInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>How many times a process is killed that does not go: the kernel holds it, and nothing of ours will change that.</summary>
    private const int MaxKills = 500;

    /// <summary>Ends the processes of a run, removes its control group and its folder.</summary>
    public static async Task RemoveAsync(string run, string folder, ControlGroups groups, TimeProvider time)
    {
        var group = groups.OfRun(run);
        await EndProcessesAsync(run, session: null, group, time).ConfigureAwait(false);
        await RemoveGroupAsync(group, time).ConfigureAwait(false);
        await RemoveFolderAsync(folder).ConfigureAwait(false);
    }

    /// <summary>Ends the processes of a run, those too that were started meanwhile.</summary>
    public static async Task EndProcessesAsync(string run, int? session, ControlGroup? group, TimeProvider time)
    {
        group?.ForbidProcesses();
        for (var kills = 0; kills < MaxKills; kills++)
        {
            var processes = ProcessTable.Find(run, session).Union(group?.Processes ?? []).ToList();
            if (processes.Count == 0)
            {
                return;
            }

            processes.ForEach(ProcessTable.Kill);
            await Task.Delay(KillInterval, time).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a control group once the kernel has let its processes go.</summary>
    public static async Task RemoveGroupAsync(ControlGroup? group, TimeProvider time)
    {
        for (var tries = 0; group?.TryRemove() == false && tries < MaxKills; tries++)
        {
            await Task.Delay(KillInterval, time).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a folder, however a script left it: with folders that lack permissions, or nested deeper than a path can say.</summary>
    private static async Task RemoveFolderAsync(string folder)
    {
        await RunAsync("rm", "-rf", "--", folder).ConfigureAwait(false);
        if (Directory.Exists(folder))
        {
            await RunAsync("chmod", "-R", "u+rwX", "--", folder).ConfigureAwait(false);
            await RunAsync("rm", "-rf", "--", folder).ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
    }
}
