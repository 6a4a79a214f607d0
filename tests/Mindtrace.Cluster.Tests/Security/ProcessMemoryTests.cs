using System.Diagnostics;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>What code that runs in the account of a node may read of the node and its workers.</summary>
public sealed class ProcessMemoryTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NodeAndWorker_AreReadByOthersOfTheirAccount_TellNothing()
    {
        var type = ClusterFixture.NewType("closed");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var process = new NodeProcess(fixture.Manager, 19691, "19852-19852");
        var node = await process.StartAsync();
        var worker = await RunningNode.ProcessIdAsync(await node.LaunchReadyAsync(type.Type.Value));
        using var open = await StartOpenAsync();

        // What the reader could open, had it been left open.
        Assert.Equal("environ mem maps", await OpenedAsync(open.Id));
        Assert.Equal("", await OpenedAsync(process.Id));
        Assert.Equal("", await OpenedAsync(worker));

        // That of the node is for who starts it to close.
        Assert.Equal((true, false), (await HasDiagnosticPortAsync(process.Id), await HasDiagnosticPortAsync(worker)));
        open.StandardInput.Close();
        await node.DisposeAsync();
    }

    /// <summary>Starts a program of the same account that does nothing against being read, and ends with its input.</summary>
    private static async Task<Process> StartOpenAsync()
    {
        var start = Unprivileged.Program("sh", "-c", "echo open; exec cat");
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        var open = Process.Start(start)!;

        // Until then it is the program that gives up its rights, and has some that the reader lacks.
        Assert.Equal("open", await open.StandardOutput.ReadLineAsync(Cancel));
        return open;
    }

    private static async Task<bool> HasDiagnosticPortAsync(int process)
    {
        // Named by when the process started, too: those of processes that were killed stay, and their ids come again.
        const int StartedAt = 19;
        var stat = await File.ReadAllTextAsync($"/proc/{process}/stat", Cancel);
        var startedAt = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartedAt];
        return File.Exists(Path.Combine(Path.GetTempPath(), $"dotnet-diagnostic-{process}-{startedAt}-socket"));
    }

    /// <summary>Tries to read a process as another one of the same account.</summary>
    /// <returns>The files of the process that could be opened.</returns>
    private static async Task<string> OpenedAsync(int process)
    {
        const string Script = """for file in environ mem maps; do if true <"/proc/$1/$file"; then echo "$file"; fi; done 2>/dev/null""";
        var start = Unprivileged.Program("sh", "-c", Script, "sh", $"{process}");
        start.RedirectStandardOutput = true;
        using var reader = Process.Start(start)!;
        var opened = await reader.StandardOutput.ReadToEndAsync(Cancel);
        await reader.WaitForExitAsync(Cancel);
        Assert.Equal(0, reader.ExitCode);
        return opened.Trim().ReplaceLineEndings(" ");
    }
}
