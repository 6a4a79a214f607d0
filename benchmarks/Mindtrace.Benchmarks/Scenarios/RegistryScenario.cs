using System.IO.Compression;
using System.Security.Cryptography;

namespace Mindtrace.Benchmarks;

/// <summary>Uploads a worker package, and downloads it as a node does.</summary>
internal sealed class RegistryScenario : IScenario
{
    private const int PackageBytes = 10 * 1024 * 1024;
    private const int MiB = 1024 * 1024;

    public string Name => "registry";

    public string Description => "A worker package of 10 MiB to the manager's registry and back; the limit is a file that is written, and one that is copied, and a hash of each";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var cluster = await bench.ClusterAsync(cancellationToken);
        await using var folder = new TemporaryFolder("mindtrace-bench-registry-");
        return await Comparison.MeasureAsync(Name, ["upload MiB/s", "download MiB/s"], bench.Settings.Rounds, LimitAsync, ClusterAsync);

        async Task<IReadOnlyList<double>> LimitAsync()
        {
            var package = NewPackage();
            var path = NewPath();
            return
            [
                await RateAsync(async () =>
                {
                    await using var file = File.Create(path);
                    await file.WriteAsync(package, cancellationToken);
                    file.Flush(flushToDisk: true);
                    SHA256.HashData(package);
                }),
                await RateAsync(async () =>
                {
                    await using var file = File.OpenRead(path);
                    await using var copy = new FileStream(NewPath(), FileMode.CreateNew, FileAccess.ReadWrite);
                    await file.CopyToAsync(copy, cancellationToken);
                    copy.Position = 0;
                    await SHA256.HashDataAsync(copy, cancellationToken);
                }),
            ];
        }

        async Task<IReadOnlyList<double>> ClusterAsync()
        {
            using var package = new MemoryStream(NewPackage());
            var name = "";
            return
            [
                await RateAsync(async () => name = (await cluster.Client.UploadWorkerPackageAsync(package, cancellationToken)).Package),
                await RateAsync(async () =>
                {
                    await using var copy = new FileStream(NewPath(), FileMode.CreateNew, FileAccess.ReadWrite);
                    await cluster.Client.DownloadWorkerPackageAsync(name, copy, cancellationToken);
                    copy.Position = 0;
                    await SHA256.HashDataAsync(copy, cancellationToken);
                }),
            ];
        }

        string NewPath() => Path.Combine(folder.Path, Path.GetRandomFileName());
    }

    private static async Task<double> RateAsync(Func<Task> run) => PackageBytes / MiB / await Timing.SecondsOfAsync(run);

    /// <summary>Makes a package that no other one is equal to: the registry stores equal ones once.</summary>
    private static byte[] NewPackage()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var program = zip.CreateEntry("Benchmark.dll", CompressionLevel.NoCompression).Open();
            program.Write(RandomNumberGenerator.GetBytes(PackageBytes));
        }

        return bytes.ToArray();
    }
}
