using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Git;

/// <summary>Which repositories may be cloned, with attacks as input.</summary>
public sealed class GitRepositoryRulesTests
{
    private const string Hosts = "Scripts:Policy:AllowedGitHosts";

    [Theory]
    [InlineData("https://github.com/Mindtrace/mindtrace.git", "Mindtrace")]
    [InlineData("https://github.com/Mindtrace/mindtrace", "Mindtrace")]
    [InlineData("https://GitHub.com/Mindtrace/mindtrace/", "Mindtrace")]
    [InlineData("https://github.com:443/other/repo", "other")]
    public void Url_OnTheDefaultHost_IsAllowedWithItsOwner(string url, string owner) =>
        Assert.Equal(owner, Rules().Check(url).Owner);

    [Theory]
    [InlineData("https://gitlab.com/owner/repo")]
    [InlineData("https://evil.com/github.com/owner/repo")]
    [InlineData("https://github.com.evil.com/owner/repo")]
    [InlineData("https://evilgithub.com/owner/repo")]
    [InlineData("https://github.com./owner/repo")]
    [InlineData("https://github.com@evil.com/owner/repo")]
    [InlineData("https://github.com:token@github.com/owner/repo")]
    [InlineData("https://user@github.com/owner/repo")]
    [InlineData("https://github.com:8443/owner/repo")]
    [InlineData("https://github.com\\@evil.com/owner/repo")]
    [InlineData("https://evil.com\\github.com/owner/repo")]
    [InlineData("https://github.com/owner/repo?upload-pack=x")]
    [InlineData("https://github.com/owner/repo#evil")]
    [InlineData("https://github.com/owner/re po")]
    [InlineData("https://github.com/owner/repo\n--upload-pack=touch /tmp/x")]
    [InlineData("https://github.com/-owner/repo")]
    [InlineData("https://github.com/owner/--upload-pack=x")]
    [InlineData("https://github.com/owner/%2e%2e%2fevil")]
    [InlineData("https://github.com/owner%2frepo/x")]
    [InlineData("https://github.com/")]
    [InlineData("https://gıthub.com/owner/repo")]
    [InlineData("http://github.com/owner/repo")]
    [InlineData("git://github.com/owner/repo")]
    [InlineData("ssh://git@github.com/owner/repo")]
    [InlineData("ssh://-oProxyCommand=touch%20x/owner/repo")]
    [InlineData("git@github.com:owner/repo.git")]
    [InlineData("ext::sh -c touch% /tmp/x% github.com/")]
    [InlineData("ext::https://github.com/owner/repo")]
    [InlineData("--upload-pack=touch /tmp/x github.com/")]
    [InlineData("-https://github.com/owner/repo")]
    [InlineData("/etc")]
    [InlineData("../repo")]
    [InlineData("")]
    public void Url_ThatIsNotOnAnAllowedHost_IsRefusedByName(string url)
    {
        var refused = Assert.Throws<ScriptRefusedException>(() => Rules().Check(url));

        Assert.Equal(Hosts, refused.Rule);
        Assert.DoesNotContain("token", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Url_ThatClimbsOutOfItsOwner_IsReadAsWhatGitIsGiven()
    {
        var rules = Rules(new ScriptPolicy { AllowedGitOwners = ["Mindtrace"] });

        var refused = Assert.Throws<ScriptRefusedException>(() => rules.Check("https://github.com/Mindtrace/../evil/repo"));

        Assert.Equal("Scripts:Policy:AllowedGitOwners", refused.Rule);
        Assert.Equal("https://github.com/Mindtrace/repo", rules.Check("https://github.com/x/../Mindtrace/repo").Url.AbsoluteUri);
    }

    [Theory]
    [InlineData("https://github.com/Mindtrace/repo", true)]
    [InlineData("https://github.com/mindtrace/repo.git", true)]
    [InlineData("https://github.com/MindtraceEvil/repo", false)]
    [InlineData("https://github.com/evil/Mindtrace", false)]
    [InlineData("https://github.com/repo", false)]
    public void Owner_InTheList_IsTheFirstPartOfThePath(string url, bool isAllowed)
    {
        var rules = Rules(new ScriptPolicy { AllowedGitOwners = ["Mindtrace"] });

        var refused = Record.Exception(() => rules.Check(url));

        Assert.Equal(isAllowed, refused is null);
    }

    [Theory]
    [InlineData("git.example.com:8443", "https://git.example.com:8443/a/b")]
    [InlineData("http://localhost:3000", "http://localhost:3000/a/b")]
    [InlineData("git://10.0.0.5", "git://10.0.0.5/a/b")]
    [InlineData("https://git.example.com", "https://git.example.com/b")]
    public void Host_WithPortAndProtocol_IsAllowedSo(string host, string url)
    {
        var rules = Rules(new ScriptPolicy { AllowedGitHosts = [host] });

        Assert.Equal(url, rules.Check(url).Url.AbsoluteUri);
        Assert.Throws<ScriptRefusedException>(() => rules.Check("https://github.com/a/b"));
    }

    [Theory]
    [InlineData("file:///etc")]
    [InlineData("FILE:///etc")]
    public void FileUrl_UnlessAllowed_IsRefused(string url)
    {
        Assert.Equal("Scripts:Policy:AllowFileRepositories", Assert.Throws<ScriptRefusedException>(() => Rules().Check(url)).Rule);
        Assert.Equal("/etc", Rules(new ScriptPolicy { AllowFileRepositories = true }).Check(url).Url.LocalPath);
    }

    [Fact]
    public void FileUrl_OfAnotherMachine_IsRefused() =>
        Assert.Throws<ScriptRefusedException>(() => Rules(new ScriptPolicy { AllowFileRepositories = true }).Check("file://host/share"));

    [Theory]
    [InlineData("https://github.com/Mindtrace/repo", "s3cret")]
    [InlineData("https://github.com/mindtrace/repo.git", "s3cret")]
    [InlineData("https://github.com/other/repo", null)]
    [InlineData("https://git.example.com/Mindtrace/repo", null)]
    [InlineData("http://github.com/Mindtrace/repo", null)]
    public void Token_ForItsOwnersAtItsHostOverHttps_AndNobodyElse(string url, string? expected)
    {
        var rules = new GitRepositoryRules(
            new ScriptPolicy { AllowedGitHosts = ["github.com", "git.example.com", "http://github.com"] }, new GitTokenOptions { Token = "s3cret" });

        var repository = rules.Check(url);

        Assert.Equal(expected, repository.Token);
        Assert.DoesNotContain("s3cret", repository.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Token_NotConfigured_IsNone() => Assert.Null(Rules().Check("https://github.com/Mindtrace/repo").Token);

    [Theory]
    [InlineData("../other.git", "https://github.com/owner/other.git")]
    [InlineData("./below", "https://github.com/owner/repo/below")]
    [InlineData("https://github.com/third/repo", "https://github.com/third/repo")]
    public void Submodule_UrlRelativeOrNot_IsReadAgainstItsParent(string url, string expected) =>
        Assert.Equal(expected, Rules().CheckSubmodule(Rules().Check("https://github.com/owner/repo"), url).Url.AbsoluteUri);

    [Theory]
    [InlineData("https://evil.com/owner/repo")]
    [InlineData("file:///etc")]
    [InlineData("ext::sh -c x")]
    [InlineData("..//evil.com/owner/repo")]
    [InlineData("-u./payload")]
    [InlineData("/etc")]
    public void Submodule_FromElsewhere_IsRefusedOrStaysOnItsHost(string url)
    {
        var rules = Rules();
        var parent = rules.Check("https://github.com/owner/repo");

        GitRepository? found = null;
        var refused = Record.Exception(() => found = rules.CheckSubmodule(parent, url));

        Assert.True(refused is ScriptRefusedException || found!.Url.Host == "github.com");
    }

    private static GitRepositoryRules Rules(ScriptPolicy? policy = null) => new(policy ?? new ScriptPolicy(), new GitTokenOptions());
}
