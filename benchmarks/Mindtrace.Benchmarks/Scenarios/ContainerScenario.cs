using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Benchmarks;

/// <summary>What a job's container costs above <c>docker run --rm</c> with the same image, command and network.</summary>
internal sealed class ContainerScenario : IScenario
{
    private static readonly string[] Command = ["echo", "hello"];
    private static readonly string Image = Environment.GetEnvironmentVariable("MINDTRACE_TEST_JOB_IMAGE") ?? "mindtrace-test/job:local";

    public string Name => "containers";

    public string Description => $"A container job of {Image}: docker run --rm (the limit), and the worker's runner; needs Docker and the image";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var runner = new ContainerRunner(new ContainerPolicy { AllowedImages = { Image }, Pull = ImagePull.Never }, TimeProvider.System);
        return await Overhead.MeasureAsync(
            Name,
            () => Overhead.RunAsync("docker", ["run", "--rm", "--network", "none", Image, .. Command], cancellationToken),
            () => Overhead.RunAsync(runner, new ContainerEnvironment(Image), new ScriptCommand(Command), cancellationToken));
    }
}
