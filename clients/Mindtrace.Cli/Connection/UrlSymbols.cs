using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mindtrace.Cli.Connection;

/// <summary>Options and arguments that are URLs.</summary>
internal static class UrlSymbols
{
    public static Option<Uri?> Option(string name, string description) => new(name) { Description = description, CustomParser = Parse };

    public static Argument<Uri> Argument(string name, string description) => new(name) { Description = description, CustomParser = Parse };

    private static Uri? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return url;
        }

        result.AddError($"'{text}' is no URL: expected one such as http://localhost:8002.");
        return null;
    }
}
