using Mindtrace.Cli;
using Spectre.Console;

var terminal = new Terminal(AnsiConsole.Console, Console.Out, Console.Error, Console.In);
return (int)await MindtraceCommand.RunAsync(args, terminal);
