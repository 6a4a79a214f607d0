namespace Mindtrace.Docs.Tests.Guide;

public sealed class GuideTests
{
    private const string Guide = "docs/guide.md";

    [Fact]
    public void Guide_ItsCode_IsThatOfTheSnippets() => Repository.ShouldHold(Guide, Snippets.Fill(Repository.Read(Guide), Snippets.Read()));

    [Fact]
    public void Guide_EachCodeBlock_IsASnippet() =>
        Assert.Equal(Repository.Read(Guide).Split("```csharp\n").Length - 1, Snippets.NamesIn(Repository.Read(Guide)).Count);

    [Fact]
    public void Guide_EachSnippet_IsShownOnce() =>
        Assert.Equal(Snippets.Read().Keys.Order(StringComparer.Ordinal), Snippets.NamesIn(Repository.Read(Guide)).Order(StringComparer.Ordinal));
}
