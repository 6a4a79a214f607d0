namespace Mindtrace.Docs.Tests.Configuration;

public sealed class ConfigurationDocumentTests
{
    private const string Document = "docs/configuration.md";
    private const string Begin = "<!-- made from the comments of the options: see tests/Mindtrace.Docs.Tests -->\n";
    private const string End = "\n<!-- end -->\n";

    [Fact]
    public void ConfigurationReference_IsWhatTheOptionsSay()
    {
        var text = Repository.Read(Document);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Repository.ShouldHold(Document, text[..begin] + SettingsReference.Write() + text[end..]);
    }

    [Fact]
    public void ConfigurationReference_HoldsSettingsOfEveryService()
    {
        var settings = SettingsReference.Write();
        Assert.All(
            ["Security:ApiKey", "Dispatch:Hold", "Node:WorkerPorts", "Worker:Concurrency", "Manager:BaseAddress", "Scripts:Policy:AllowProcesses", "EmbeddedRedis:Port"],
            setting => Assert.Contains($"| `{setting}` |", settings, StringComparison.Ordinal));
    }
}
