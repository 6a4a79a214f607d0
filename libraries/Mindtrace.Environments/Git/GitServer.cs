using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using LibGit2Sharp;

namespace Mindtrace.Environments;

/// <summary>What the process of <see cref="GitChild"/> does.</summary>
internal static class GitServer
{
    public static void Run()
    {
        IsolateFromSettings();
        using var requests = new BlockingCollection<string>();
        var reader = new Thread(() => Read(requests)) { IsBackground = true };
        reader.Start();
        foreach (var line in requests.GetConsumingEnumerable())
        {
            var answer = Answer(JsonSerializer.Deserialize(line, GitJson.Default.GitRequest)!);
            Console.Out.WriteLine(JsonSerializer.Serialize(answer, GitJson.Default.GitAnswer));
        }
    }

    /// <summary>The account's own git settings may name other hosts and hold passwords.</summary>
    private static void IsolateFromSettings()
    {
        foreach (var level in new[] { ConfigurationLevel.Global, ConfigurationLevel.Xdg, ConfigurationLevel.System, ConfigurationLevel.ProgramData })
        {
            GlobalSettings.SetConfigSearchPaths(level, "");
        }
    }

    private static void Read(BlockingCollection<string> requests)
    {
        while (Console.In.ReadLine() is { } line)
        {
            requests.Add(line);
        }

        // The parent is gone, and its locks with it. A call into git that hangs must not hold this process either.
        Process.GetCurrentProcess().Kill();
    }

    private static GitAnswer Answer(GitRequest request)
    {
        try
        {
            return request.Url is null ? GitCheckout.CheckOut(request) : new GitFetch(request).Run();
        }
        catch (GitStepException fault)
        {
            return new GitAnswer { Error = fault.Message, FailedStep = fault.Step };
        }
        catch (Exception fault) when (fault is LibGit2SharpException or IOException or UnauthorizedAccessException)
        {
            return new GitAnswer { Error = fault.Message, FailedStep = request.Url is null ? GitStepException.Checkout : GitStepException.Clone };
        }
    }
}
