using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;
using Mindtrace.Environments.Tests.Scripts;

namespace Mindtrace.Environments.Tests.Containers;

/// <summary>A test that runs commands in containers of the real engine, and checks that none is left.</summary>
public abstract class ContainerTest : IAsyncLifetime
{
    private JobImage? _image;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected RecordedOutput Output { get; } = new();

    private protected ContainerPolicy Policy { get; } = new() { AllowedImages = { "*" }, Pull = ImagePull.Never };

    private protected ScriptLimits Limits { get; } = new() { MemoryBytes = 256 << 20, Processes = 64, RunTimeout = TimeSpan.FromMinutes(2) };

    private protected string JobId { get; } = Guid.NewGuid().ToString();

    private protected JobImage Image => _image!;

    public virtual async ValueTask InitializeAsync() => _image = await JobImage.GetAsync(Cancel);

    public virtual async ValueTask DisposeAsync()
    {
        if (_image is not null)
        {
            Assert.Empty(await _image.ContainersOfAsync(JobId, CancellationToken.None));
            await _image.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected Task<ScriptResult> ShellAsync(string line, Func<ContainerEnvironment, ContainerEnvironment>? change = null) =>
        RunAsync(change, Cancel, "sh", "-c", line);

    private protected async Task<ScriptResult> RunAsync(
        Func<ContainerEnvironment, ContainerEnvironment>? change, CancellationToken cancellationToken, params string[] command)
    {
        using var runner = new ContainerRunner(Policy, TimeProvider.System);
        var environment = new ContainerEnvironment(Image.Name);
        return await runner.RunAsync(
            change?.Invoke(environment) ?? environment, new ScriptCommand(command) { JobId = JobId }, Limits, Output, cancellationToken);
    }
}
