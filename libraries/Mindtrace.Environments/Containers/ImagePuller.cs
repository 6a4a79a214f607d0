using Docker.DotNet.Models;

namespace Mindtrace.Environments.Containers;

/// <summary>Provides the image of a run, and tells what is done for it.</summary>
internal sealed class ImagePuller(ContainerEngine engine, ContainerPolicy policy)
{
    /// <summary>Finds an image, pulling it as the policy says.</summary>
    /// <param name="request">What is needed.</param>
    /// <param name="note">Hears of each step.</param>
    /// <param name="cancellationToken">Stops the pull.</param>
    /// <exception cref="ContainerStepException">There is no such image to be had.</exception>
    public async Task<ImageInspectResponse> ProvideAsync(ContainerRequest request, Func<string, ValueTask> note, CancellationToken cancellationToken)
    {
        var image = request.Image;
        if (policy.Pull != ImagePull.Always && await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        if (policy.Pull == ImagePull.Never)
        {
            throw new ContainerStepException(ContainerStepException.Pull, $"The engine does not have the image {image.FullName}, and is not to pull it.");
        }

        await note($"Pulling {image.FullName}").ConfigureAwait(false);
        await PullAsync(request, note, cancellationToken).ConfigureAwait(false);
        return await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false)
            ?? throw new ContainerStepException(ContainerStepException.Pull, $"The engine pulled {image.FullName}, and does not have it.");
    }

    private async Task PullAsync(ContainerRequest request, Func<string, ValueTask> note, CancellationToken cancellationToken)
    {
        using var span = EnvironmentsTelemetry.BeginPull(request.Image.FullName);
        var progress = new PullProgress();
        var parameters = new ImagesCreateParameters { FromImage = request.Image.Repository, Tag = request.Image.TagOrDigest };
        var pull = PullAndCloseAsync();
        await foreach (var line in progress.ReadLinesAsync(cancellationToken).ConfigureAwait(false))
        {
            await note(line).ConfigureAwait(false);
        }

        await pull.ConfigureAwait(false);
        if (progress.Fault is { } fault)
        {
            throw new ContainerStepException(ContainerStepException.Pull, $"The container engine could not pull {request.Image.FullName}: {fault}");
        }

        async Task PullAndCloseAsync()
        {
            try
            {
                await engine.CallAsync(ContainerStepException.Pull,
                    client => client.Images.CreateImageAsync(parameters, request.Credentials ?? new AuthConfig(), progress, cancellationToken))
                    .ConfigureAwait(false);
            }
            finally
            {
                progress.Close();
            }
        }
    }
}
