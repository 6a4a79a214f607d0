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

    /// <summary>Writes lines, which the terminal may wrap but nothing else.</summary>
    public void WriteLine(string text = "", Style? style = null) => console.Write(new UnwrappedText(text + "\n", style));

    /// <summary>Writes a remark below what was asked for.</summary>
    public void WriteRemark(string text) => WriteLine(text, new Style(decoration: Decoration.Dim));

    public void Write(IRenderable rendered) => console.Write(rendered);

    public void Write(Cell cell) => console.Write(new UnwrappedText(cell.Text, cell.Style));

    public void WriteJson<T>(T value) => output.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>Writes a line as it is, without any wrapping: output of jobs.</summary>
    public void WriteRaw(string line) => output.WriteLine(line);

    /// <summary>Tells a person something that is not part of what was asked for.</summary>
    public void WriteNote(string text) => error.WriteLine(text);

    public static string Indent(JsonElement json) => JsonSerializer.Serialize(json, Indented);

    /// <summary>Asks, and reads a line.</summary>
    /// <returns>The answer; none at the end of the input.</returns>
    public string? Ask(string question)
    {
        console.Write(new Text(question + " "));
        return input.ReadLine();
    }

    public string ReadToEnd() => input.ReadToEnd();

    /// <summary>Gets a value indicating whether what was written can be written over: only by a person's terminal.</summary>
    public bool IsLive => console.Profile.Capabilities is { Interactive: true, Ansi: true };

    /// <summary>Shows something and, for as long as it is run, what it turns into.</summary>
    /// <param name="first">What is shown first.</param>
    /// <param name="run">Draws what takes its place.</param>
    public Task RedrawAsync(IRenderable first, Func<Action<IRenderable>, Task> run) =>
        console.Live(first).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom)
            .StartAsync(live => run(live.UpdateTarget));

    /// <summary>Shows that something is under way; nothing in a file or a pipe.</summary>
    /// <param name="what">What is under way.</param>
    /// <param name="run">Does it.</param>
    public Task<T> WithStatusAsync<T>(string what, Func<Task<T>> run) =>
        IsLive ? console.Status().StartAsync(Markup.Escape(what), _ => run()) : run();

    /// <summary>Shows a bar while something is under way; none in a file or a pipe.</summary>
    /// <param name="what">What is under way.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="run">Does it, and tells how much is done.</param>
    public Task<T> WithProgressAsync<T>(string what, long total, Func<Action<long>, Task<T>> run) =>
        !IsLive ? run(_ => { }) : console.Progress().AutoClear(true).StartAsync(context =>
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
