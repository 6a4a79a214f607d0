using System.Text.Json;
using Mindtrace.Services;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mindtrace.Cli;

/// <summary>Where commands write, and read answers. Colours and widths are those of the terminal; there are none in a file or a pipe.</summary>
/// <param name="console">For people.</param>
/// <param name="output">For programs.</param>
/// <param name="error">For messages about faults.</param>
/// <param name="input">For answers.</param>
internal sealed class Terminal(IAnsiConsole console, TextWriter output, TextWriter error, TextReader input)
{
    private static readonly JsonSerializerOptions Indented = new(ServiceJson.Options) { WriteIndented = true };

    public TextWriter Output => output;

    public TextWriter Error => error;

    public void WriteLine(string text = "") => console.WriteLine(text);

    public void Write(IRenderable rendered) => console.Write(rendered);

    /// <summary>Writes a line in Spectre's markup; values in it are escaped.</summary>
    public void WriteMarkup(FormattableString markup) => console.MarkupLineInterpolated(markup);

    public void WriteJson<T>(T value) => output.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>Writes a line as it is, without any wrapping: output of jobs.</summary>
    public void WriteRaw(string line) => output.WriteLine(line);

    public static string Indent(JsonElement json) => JsonSerializer.Serialize(json, Indented);

    /// <summary>Asks, and reads a line.</summary>
    /// <returns>The answer; none at the end of the input.</returns>
    public string? Ask(string question)
    {
        console.Write(new Text(question + " "));
        return input.ReadLine();
    }

    public string ReadToEnd() => input.ReadToEnd();

    /// <summary>Shows a bar while something is under way; none in a file or a pipe.</summary>
    /// <param name="what">What is under way.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="run">Does it, and tells how much is done.</param>
    public Task<T> WithProgressAsync<T>(string what, long total, Func<Action<long>, Task<T>> run) =>
        console.Progress().AutoClear(true).StartAsync(context =>
        {
            var bar = context.AddTask(Markup.Escape(what), maxValue: total);
            return run(done => bar.Value = done);
        });

    public ExitCode Fail(ExitCode code, string message, params IReadOnlyList<string> details)
    {
        error.WriteLine(message);
        foreach (var detail in details)
        {
            error.WriteLine($"  {detail}");
        }

        return code;
    }
}
