namespace Mindtrace.Docs.Tests.Snippets;

public sealed class SnippetTests
{
    public static TheoryData<string> Documents => [.. Repository.Documents.Where(document => Blocks(document) > 0)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_ItsCode_IsThatOfTheSnippets(string document) =>
        Repository.ShouldHold(document, Snippet.Fill(Repository.Read(document), Snippet.ReadRegions()));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_EachCodeBlock_IsASnippet(string document) =>
        Assert.Equal(Blocks(document), Snippet.NamesIn(Repository.Read(document)).Count);

    [Fact]
    public void Snippets_AreShownOnce() => Assert.Equal(
        Snippet.ReadRegions().Keys.Order(StringComparer.Ordinal),
        Repository.Documents.SelectMany(document => Snippet.NamesIn(Repository.Read(document))).SelectMany(names => names)
            .Where(name => !name.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static int Blocks(string document) => Repository.Read(document).Split("```csharp\n").Length - 1;
}
