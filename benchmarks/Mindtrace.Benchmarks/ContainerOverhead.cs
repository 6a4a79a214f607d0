using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Benchmarks;

/// <summary>What a job's container costs above <c>docker run --rm</c> with the same image, command and network.</summary>
internal static class ContainerOverhead
{
    public const string Name = "containers";

    private static readonly string[] Command = ["echo", "hello"];

    public static string Image { get; } = Environment.GetEnvironmentVariable("MINDTRACE_TEST_JOB_IMAGE") ?? "mindtrace-test/job:local";

    /// <exception cref="InvalidOperationException">There is no engine, or it does not have the image.</exception>
    public static async Task<Measurement> MeasureAsync(CancellationToken cancellationToken)
    {
        using var runner = new ContainerRunner(new ContainerPolicy { AllowedImages = { Image }, Pull = ImagePull.Never }, TimeProvider.System);
        return await Overhead.MeasureAsync(
            Name,
            () => Overhead.RunAsync("docker", ["run", "--rm", "--network", "none", Image, .. Command], cancellationToken),
            () => Overhead.RunAsync(runner, new ContainerEnvironment(Image), new ScriptCommand(Command), cancellationToken));
    }
}
