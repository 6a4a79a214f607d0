using Mindtrace.Cli;
using Spectre.Console;

// What goes to a file or a program is not broken into the lines of a terminal that nobody has.
const int Unbroken = 1000;
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = Unbroken;
}

var terminal = new Terminal(AnsiConsole.Console, Console.Out, Console.Error, Console.In);
return (int)await MindtraceCommand.RunAsync(args, terminal);
