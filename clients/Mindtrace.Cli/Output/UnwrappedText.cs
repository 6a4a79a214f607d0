using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mindtrace.Cli;

/// <summary>Text whose lines are left to the terminal to wrap, so that what is copied from it is what was written.</summary>
internal sealed class UnwrappedText(string text, Style? style = null) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var isFirst = true;
        foreach (var line in text.Split('\n'))
        {
            if (!isFirst)
            {
                yield return Segment.LineBreak;
            }

            yield return new Segment(line.TrimEnd('\r'), style ?? Style.Plain);
            isFirst = false;
        }
    }
}
