using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Mindtrace.Benchmarks.Micro;

/// <summary>Runs the benchmarks of single parts, with BenchmarkDotNet.</summary>
internal static class MicroBenchmarks
{
    // Within this process: the servers that a benchmark starts are then children of it, and end with it.
    private static readonly IConfig Config = DefaultConfig.Instance
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default);

    /// <param name="args">BenchmarkDotNet's own arguments, such as <c>--filter *Store*</c>.</param>
    public static void Run(IEnumerable<string> args) =>
        BenchmarkSwitcher.FromTypes([typeof(JsonBenchmarks), typeof(StoreBenchmarks), typeof(QueueBenchmarks)]).Run([.. args], Config);
}
