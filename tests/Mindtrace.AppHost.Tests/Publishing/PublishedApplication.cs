using System.Text.Json;
using Mindtrace.TestServers;

namespace Mindtrace.AppHost.Tests.Publishing;

/// <summary>
/// What the AppHost says of the published application: <c>dotnet run --project Mindtrace.AppHost -- --publisher manifest</c>, as azd
/// calls it.
/// </summary>
public sealed class PublishedApplication : IAsyncLifetime
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mindtrace-test-manifest-");
    private readonly Dictionary<string, JsonElement> _templates = [];

    /// <summary>Gets the resources of the manifest.</summary>
    public JsonElement Resources { get; private set; }

    public IEnumerable<string> Names => Resources.EnumerateObject().Select(resource => resource.Name);

    /// <summary>Gets the template of a resource's container app, compiled.</summary>
    public JsonElement Template(string resource) => _templates[resource];

    /// <summary>Gets the properties of a resource's container app.</summary>
    public JsonElement ContainerApp(string resource) =>
        Template(resource).GetProperty("resources").EnumerateArray().Single().GetProperty("properties");

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var manifest = Path.Combine(_directory.FullName, "manifest.json");
        var run = await Command.RunAsync(
            "dotnet",
            [
                "run", "--no-build", "--configuration", Configuration, "--project", Projects.Mindtrace_AppHost.ProjectPath,
                "--", "--publisher", "manifest", "--output-path", manifest,
            ],
            limit.Token);
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Error}");
        Resources = JsonElement.Parse(await File.ReadAllBytesAsync(manifest, limit.Token)).GetProperty("resources");
        foreach (var resource in Resources.EnumerateObject().Where(resource => resource.Value.TryGetProperty("deployment", out _)))
        {
            var module = resource.Value.GetProperty("deployment").GetProperty("path").GetString()!;
            _templates[resource.Name] = await Bicep.CompileAsync(Path.Combine(_directory.FullName, module), limit.Token);
        }
    }

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
