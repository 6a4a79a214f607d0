using Spectre.Console.Testing;

namespace Mindtrace.Cli.Tests;

public sealed class TextTableTests
{
    private const string Id = "0199d3f2-6f0b-7c35-a2f1-5d3f0b8e1c47";
    private const string Other = "5b1c9a52-8d0e-4a77-9d0c-2a4f6f1e7b90";

    [Fact]
    public void Table_AllFits_ShowsAll() => Assert.Equal(
        [$"JOB{new string(' ', 35)}ERROR  WORKER", $"{Id}  none   {Other}"],
        Lines(100, [Column.Whole("JOB"), "ERROR", Column.Whole("WORKER")], [Id, "none", Other]));

    [Fact]
    public void Table_TextTooLong_IsCutBeforeAnIdGoes() => Assert.Equal(
        [$"{Id}  a rather lon…  {Other}"],
        Lines(36 + 2 + 13 + 2 + 36, [Column.Whole(""), "", Column.Whole("")], [Id, "a rather long reason", Other]));

    [Fact]
    public void Table_EightyColumns_LeavesTheSecondIdOutAndShowsTheTextWhole() => Assert.Equal(
        [$"{Id}  a rather long reason"],
        Lines(80, [Column.Whole(""), "", Column.Whole("")], [Id, "a rather long reason", Other]));

    [Fact]
    public void Table_NarrowerThanAnId_ShowsTheIdWhole() => Assert.Equal([Id], Lines(20, [Column.Whole(""), ""], [Id, "reason"]));

    [Fact]
    public void Facts_ValueLongerThanTheTerminal_IsShownWhole()
    {
        var long_ = new string('x', 100);
        using var console = new TestConsole().Width(80);
        var facts = TextTable.OfFacts();
        facts.AddFact("job", Id);
        facts.AddFact("error", long_);
        console.Write(facts);
        Assert.Equal([$"job    {Id}", $"error  {long_}"], console.Output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Cell_TextOfOthers_IsOneLineWithoutControlCharacters() =>
        Assert.Equal("a [2J", Cell.Of("a\e[2J\nnext").Text);

    private static IReadOnlyList<string> Lines(int width, Column[] columns, string[] row)
    {
        using var console = new TestConsole().Width(width);
        var table = new TextTable(columns);
        table.Add([.. row.Select(Cell.Of)]);
        console.Write(table);
        return [.. console.Output.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }
}
