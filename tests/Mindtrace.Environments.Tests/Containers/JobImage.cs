using Docker.DotNet;
using Docker.DotNet.Models;
using Mindtrace.TestServers;

namespace Mindtrace.Environments.Tests.Containers;

/// <summary>The image that jobs of tests run in, and images made from it with other settings.</summary>
internal sealed class JobImage : IAsyncDisposable
{
    private readonly DockerClient _client;
    private readonly bool _isOwn;

    private JobImage(DockerClient client, string name, bool isOwn)
    {
        _client = client;
        _isOwn = isOwn;
        Name = name;
    }

    public string Name { get; }

    private static string Base => Environment.GetEnvironmentVariable("MINDTRACE_TEST_JOB_IMAGE") is { Length: > 0 } named ? named : "mindtrace-test/job:local";

    /// <summary>Gets the image: BusyBox, whose user is root.</summary>
    /// <exception cref="ServerUnavailableException">The machine has no container runtime or not this image.</exception>
    public static async Task<JobImage> GetAsync(CancellationToken cancellationToken)
    {
        await ContainerRuntime.RequireAsync(cancellationToken, Base);
        return new JobImage(NewClient(), Base, isOwn: false);
    }

    /// <summary>Makes an image with other settings, given as instructions of a Dockerfile.</summary>
    public static async Task<JobImage> DeriveAsync(CancellationToken cancellationToken, params string[] instructions)
    {
        await ContainerRuntime.RequireAsync(cancellationToken, Base);
        var client = NewClient();
        var container = await client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = Base }, cancellationToken);
        try
        {
            var repository = $"mindtrace-test/{Guid.NewGuid():N}";
            await client.Images.CommitContainerChangesAsync(
                new CommitContainerChangesParameters { ContainerID = container.ID, RepositoryName = repository, Tag = "local", Changes = instructions },
                cancellationToken);
            return new JobImage(client, $"{repository}:local", isOwn: true);
        }
        finally
        {
            await client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true }, CancellationToken.None);
        }
    }

    /// <summary>Finds the containers, running or not, of a job.</summary>
    public Task<IList<ContainerListResponse>> ContainersOfAsync(string jobId, CancellationToken cancellationToken) =>
        _client.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"mindtrace.job={jobId}"] = true } },
            },
            cancellationToken);

    /// <summary>Makes a container that sleeps, with the labels of whoever left it behind.</summary>
    public async Task<string> LeaveBehindAsync(IDictionary<string, string> labels, CancellationToken cancellationToken, long? processes = null)
    {
        var created = await _client.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Image = Name,
                Cmd = ["sleep", "600"],
                Labels = labels,
                NetworkDisabled = true,
                HostConfig = new HostConfig { PidsLimit = processes },
            },
            cancellationToken);
        await _client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), cancellationToken);
        return created.ID;
    }

    public Task RemoveAsync(string container) =>
        _client.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_isOwn)
        {
            await _client.Images.DeleteImageAsync(Name, new ImageDeleteParameters { Force = true }, CancellationToken.None);
        }

        _client.Dispose();
    }

    private static DockerClient NewClient()
    {
        using var configuration = new DockerClientConfiguration();
        return configuration.CreateClient();
    }
}
