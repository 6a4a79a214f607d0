using Spectre.Console;
using Spectre.Console.Rendering;
using Spectre.Console.Testing;

namespace Mindtrace.Cli.Tests;

/// <summary>A terminal that something is drawn on again and again, and that is left after some drawings.</summary>
internal sealed class LiveScreen : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Interactive().EmitAnsiSequences();
    private readonly int _enough;
    private readonly CancellationTokenSource _leave;

    public LiveScreen(int drawings, CancellationTokenSource leave)
    {
        (_enough, _leave) = (drawings, leave);
        _console.Pipeline.Attach(new Counter(this));
    }

    public IAnsiConsole Console => _console;

    public int Drawings { get; private set; }

    public void Dispose() => _console.Dispose();

    private sealed class Counter(LiveScreen screen) : IRenderHook
    {
        public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables)
        {
            if (++screen.Drawings == screen._enough)
            {
                screen._leave.Cancel();
            }

            return renderables;
        }
    }
}
