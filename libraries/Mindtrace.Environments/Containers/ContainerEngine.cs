using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Mindtrace.Environments.Containers;

/// <summary>The container engine of this machine. What it answers when something fails becomes a <see cref="ContainerStepException"/>.</summary>
internal sealed class ContainerEngine : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(100);
    private readonly DockerClientConfiguration _configuration;
    private readonly DockerClient _client;

    public ContainerEngine(ContainerPolicy policy)
    {
        _configuration = policy.NamedEngine is { } address
            ? new DockerClientConfiguration(new Uri(address), defaultTimeout: CallTimeout)
            : new DockerClientConfiguration(defaultTimeout: CallTimeout);
        _client = _configuration.CreateClient();
    }

    public Uri Address => _configuration.EndpointBaseUri;

    public Task<T> CallAsync<T>(string step, Func<DockerClient, Task<T>> call) => TranslateAsync(step, () => call(_client));

    public Task CallAsync(string step, Func<DockerClient, Task> call) => TranslateAsync(step, async () =>
    {
        await call(_client).ConfigureAwait(false);
        return true;
    });

    /// <summary>Looks for an image that the engine has.</summary>
    public async Task<ImageInspectResponse?> FindImageAsync(ImageReference image, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(ContainerStepException.Pull, client => client.Images.InspectImageAsync(image.FullName, cancellationToken))
                .ConfigureAwait(false);
        }
        catch (ContainerStepException fault) when (fault.InnerException is DockerImageNotFoundException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _configuration.Dispose();
    }

    private async Task<T> TranslateAsync<T>(string step, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (DockerApiException fault)
        {
            throw new ContainerStepException(step, $"The container engine refused: {MessageOf(fault)}", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or SocketException or IOException or TimeoutException)
        {
            // What is lost while a command runs is the run, not the way to it.
            throw new ContainerStepException(
                step == ContainerStepException.Run ? step : ContainerStepException.Connect,
                $"The container engine at {Address} does not answer: {fault.GetBaseException().Message}",
                fault);
        }
    }

    private static string MessageOf(DockerApiException fault)
    {
        try
        {
            using var answer = JsonDocument.Parse(fault.ResponseBody);
            return answer.RootElement.GetProperty("message").GetString()!;
        }
        catch (Exception noMessage) when (noMessage is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return fault.Message;
        }
    }
}
