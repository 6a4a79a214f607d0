using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mindtrace.Services;

namespace Mindtrace.Docs.Tests.Configuration;

/// <summary>
/// The settings of all services, as the comments of their options classes tell them: each class says in its summary what section it is
/// bound from, and each property what it is for, its range and its default.
/// </summary>
internal static partial class SettingsReference
{
    private static readonly string[] Programs = ["Mindtrace.Manager", "Mindtrace.Node", "Mindtrace.Worker", "Mindtrace.EmbeddedRedis"];

    /// <summary>Who reads the settings of an assembly's options.</summary>
    private static readonly Dictionary<string, string> Readers = new()
    {
        ["Mindtrace.Services"] = "every service",
        ["Mindtrace.Services:Manager"] = "node, workers, and applications that submit jobs",
        ["Mindtrace.Cluster"] = "manager and workers",
        ["Mindtrace.Jobs.Redis"] = "manager and workers",
        ["Mindtrace.Jobs.RabbitMQ"] = "manager and workers",
        ["Mindtrace.Registry"] = "manager",
        ["Mindtrace.Dashboard"] = "manager",
        ["Mindtrace.Manager"] = "manager",
        ["Mindtrace.Node"] = "node",
        ["Mindtrace.Environments"] = "workers that run scripts",
        ["Mindtrace.EmbeddedRedis"] = "embedded Redis",
    };

    /// <summary>Writes a table for each section.</summary>
    public static string Write() => string.Concat(
        Read().GroupBy(options => options.Section).OrderBy(section => section.Key, StringComparer.Ordinal).Select(section =>
            $"\n### {section.Key}\n\n{string.Join(' ', section.Select(options => options.Summary))} Read by: {section.First().Reader}.\n\n"
            + "| Setting | Values and default | Meaning |\n|---|---|---|\n"
            + string.Concat(section.SelectMany(options => options.Settings).Select(setting =>
                $"| `{section.Key}:{setting.Name}` | {setting.Values} | {setting.Meaning} |\n"))));

    private static IEnumerable<Options> Read() =>
        from file in Programs.Select(program => Path.GetDirectoryName(ServiceProgram.Of(program))!)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "Mindtrace.*.xml")).DistinctBy(Path.GetFileName).Order(StringComparer.Ordinal)
        let assembly = Path.GetFileNameWithoutExtension(file)
        let members = XDocument.Load(file).Descendants("member").ToList()
        from type in members
        let summary = Text(type.Element("summary"))
        let section = Section().Match(summary)
        where Name(type).StartsWith("T:", StringComparison.Ordinal) && section.Success
        select new Options(section.Groups["name"].Value, Section().Replace(summary, "").Trim(), Readers.GetValueOrDefault($"{assembly}:{section.Groups["name"].Value}", Readers[assembly]), [.. Settings(members, Name(type)[2..])]);

    private static IEnumerable<Setting> Settings(List<XElement> members, string type) =>
        from property in members
        let name = Name(property)
        where name.StartsWith($"P:{type}.", StringComparison.Ordinal) && property.Element("value") is not null
        let meaning = Accessor().Replace(Text(property.Element("summary")), "")
        select new Setting(name[(type.Length + 3)..], Text(property.Element("value")), char.ToUpperInvariant(meaning[0]) + meaning[1..]);

    private static string Name(XElement member) => (string)member.Attribute("name")!;

    private static string Text(XElement? comment) => comment is null ? "" : Spaces().Replace(string.Concat(comment.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value.Replace("|", "\\|", StringComparison.Ordinal),
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("langword") is { } word => $"`{word}`",
        XElement { Name.LocalName: "see" } see => $"`{((string)see.Attribute("cref")!).Split('.')[^1]}`",
        XElement other => Text(other),
        _ => "",
    };

    [GeneratedRegex(@" ?Bound from [^`.]*`(?<name>[A-Za-z:]+)`[^.]*\.")]
    private static partial Regex Section();

    [GeneratedRegex("^Gets (or sets )?(a value indicating )?")]
    private static partial Regex Accessor();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private sealed record Options(string Section, string Summary, string Reader, IReadOnlyList<Setting> Settings);

    private sealed record Setting(string Name, string Values, string Meaning);
}
