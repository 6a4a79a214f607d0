using System.Reflection;
using Mindtrace.TestServers;

namespace Mindtrace.AppHost.Tests.Images;

/// <summary>The images of the services, made of what the tests were built with: <c>dotnet publish /t:PublishContainer</c>.</summary>
internal static class ServiceImages
{
    public const string Manager = $"mindtrace/manager:{Tag}";
    public const string Node = $"mindtrace/node:{Tag}";
    public const string Worker = $"mindtrace/worker:{Tag}";

    public static readonly string RepositoryRoot = typeof(ServiceImages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "RepositoryRoot").Value!;

    private const string Tag = "test";
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly string Base =
        Environment.GetEnvironmentVariable("MINDTRACE_TEST_DOTNET_IMAGE") is { Length: > 0 } named ? named : "mindtrace-test/dotnet:local";

    private static readonly string[] Projects = ["Mindtrace.Manager", "Mindtrace.Node", "Mindtrace.Worker"];
    /// <summary>Builds each image as an archive, and loads it.</summary>
    /// <exception cref="ServerUnavailableException">The machine has no container runtime, or not the base image.</exception>
    public static async Task BuildAsync(CancellationToken cancellationToken)
    {
        await ContainerRuntime.RequireAsync(cancellationToken, Base);
        await using var registry = await BaseImageRegistry.StartAsync(Base, cancellationToken);
        var archives = Directory.CreateTempSubdirectory("mindtrace-test-images-");
        try
        {
            await Parallel.ForEachAsync(Projects, cancellationToken, async (project, cancel) =>
            {
                var archive = Path.Combine(archives.FullName, $"{project}.tar");
                await DoAsync(
                    "dotnet",
                    [
                        "publish", Path.Combine(RepositoryRoot, "services", project), "--no-build", "--configuration", Configuration,
                        "/t:PublishContainer", $"-p:ContainerBaseImage={registry.Image}", $"-p:ContainerImageTag={Tag}",
                        $"-p:ContainerArchiveOutputPath={archive}",
                    ],
                    cancel);
                await DoAsync("docker", ["load", "--input", archive], cancel);
                File.Delete(archive);
            });
        }
        finally
        {
            archives.Delete(recursive: true);
        }
    }

    /// <summary>Removes the images.</summary>
    public static Task RemoveAsync() => DoAsync("docker", ["image", "rm", Manager, Node, Worker], CancellationToken.None);

    private static async Task DoAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(program, arguments, cancellationToken);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{result.Output}\n{result.Error}");
    }
}
