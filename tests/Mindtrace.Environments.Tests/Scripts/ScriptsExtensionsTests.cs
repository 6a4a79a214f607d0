extern alias worker;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mindtrace.Environments.Scripts;
using worker::Mindtrace.Worker.Scripts;

namespace Mindtrace.Environments.Tests.Scripts;

/// <summary>Where the settings of scripts come from.</summary>
public sealed class ScriptsExtensionsTests
{
    [Fact]
    public void Token_OfTheOriginalsVariables_IsTaken()
    {
        var token = Read(("GIT_FINE_GRAINED_TOKEN", "secret"), ("GIT_ALLOWED_OWNERS", "Mindtrace,Friends"));

        Assert.Equal("secret", token.Token);
        Assert.Equal(["Mindtrace", "Friends"], token.TokenOwners());
    }

    [Fact]
    public void Token_OfTheSettings_GoesBeforeTheOriginalsVariables()
    {
        var token = Read(
            ("GIT_FINE_GRAINED_TOKEN", "old"), ("GIT_ALLOWED_OWNERS", "old"), ("Scripts:Git:Token", "new"), ("Scripts:Git:TokenOwnerList", "new"));

        Assert.Equal("new", token.Token);
        Assert.Equal(["new"], token.TokenOwners());
    }

    [Fact]
    public void Token_NotConfigured_IsNone() => Assert.Null(Read().Token);

    private static GitTokenOptions Read(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.AddScripts();
        using var host = builder.Build();
        return host.Services.GetRequiredService<GitTokenOptions>();
    }
}
