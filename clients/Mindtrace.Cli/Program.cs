using System.CommandLine;
using Mindtrace.Cli;
using Spectre.Console;

var terminal = new Terminal(AnsiConsole.Console, Console.Out, Console.Error, Console.In);
return await MindtraceCommand.Create(terminal).Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
