using System.Diagnostics;
using System.Text.Json;

namespace Mindtrace.AppHost.Tests.Publishing;

/// <summary>What the AppHost says of the published application: <c>dotnet run --project Mindtrace.AppHost -- --publisher manifest</c>.</summary>
public sealed class ManifestTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [Fact]
    public async Task Manifest_HoldsTheClusterAndNothingOfALaptop()
    {
        var resources = await PublishAsync(TestContext.Current.CancellationToken);
        string[] names = [.. resources.EnumerateObject().Select(resource => resource.Name)];
        Assert.All<string>(["redis", "rabbitmq", "minio", "manager", "node", "worker"], name => Assert.Contains(name, names));
        Assert.DoesNotContain("quickstart", names);
        Assert.DoesNotContain("embedded-redis", names);

        // Its data survive a restart: a volume, an append-only file, a node name that does not change with the container.
        foreach (var server in new[] { "redis", "rabbitmq", "minio" })
        {
            Assert.NotEmpty(resources.GetProperty(server).GetProperty("volumes").EnumerateArray());
        }

        Assert.Contains("--appendonly yes", resources.GetProperty("redis").GetProperty("args").ToString(), StringComparison.Ordinal);
        Assert.Equal("rabbitmq@localhost", resources.GetProperty("rabbitmq").GetProperty("env").GetProperty("RABBITMQ_NODENAME").GetString());

        // Only the manager is reached from outside, and every service has the key from a secret parameter.
        string[] external = [.. names.Where(name => resources.GetProperty(name).TryGetProperty("bindings", out var bindings)
            && bindings.EnumerateObject().Any(binding => binding.Value.TryGetProperty("external", out var open) && open.GetBoolean()))];
        Assert.Equal(["manager"], external);
        foreach (var service in new[] { "manager", "node", "worker" })
        {
            Assert.Equal("{api-key.value}", resources.GetProperty(service).GetProperty("env").GetProperty("Security__ApiKey").GetString());
            Assert.Equal(
                $"{{{service}.bindings.http.host}}", resources.GetProperty(service).GetProperty("env").GetProperty("Security__AllowedHosts__0").GetString());
        }

        Assert.True(resources.GetProperty("api-key").GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean());
    }

    private static async Task<JsonElement> PublishAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("mindtrace-test-manifest-");
        try
        {
            var manifest = Path.Combine(directory.FullName, "manifest.json");
            var start = new ProcessStartInfo(
                "dotnet",
                [
                    "run", "--no-build", "--configuration", Configuration, "--project", Projects.Mindtrace_AppHost.ProjectPath,
                    "--", "--publisher", "manifest", "--output-path", manifest,
                ])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
            return JsonElement.Parse(await File.ReadAllBytesAsync(manifest, cancellationToken)).GetProperty("resources");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
