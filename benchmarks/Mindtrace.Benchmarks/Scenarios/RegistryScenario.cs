using System.IO.Compression;
using System.Security.Cryptography;

namespace Mindtrace.Benchmarks;

/// <summary>Uploads a worker package.</summary>
internal sealed class RegistryScenario : IScenario
{
    private const int PackageBytes = 10 * 1024 * 1024;
    private const int MiB = 1024 * 1024;

    public string Name => "registry";

    public string Description => "Upload of a worker package of 10 MiB: written to a file and hashed (the limit), and to the manager's registry";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var cluster = await bench.ClusterAsync(cancellationToken);
        await using var folder = new TemporaryFolder("mindtrace-bench-registry-");
        return await Comparison.MeasureAsync(Name, ["upload MiB/s"], bench.Settings.Rounds, WriteAsync, UploadAsync);

        async Task<IReadOnlyList<double>> WriteAsync()
        {
            var package = NewPackage();
            return [PackageBytes / MiB / await Timing.SecondsOfAsync(async () =>
            {
                await using var file = File.Create(Path.Combine(folder.Path, Path.GetRandomFileName()));
                await file.WriteAsync(package, cancellationToken);
                file.Flush(flushToDisk: true);
                SHA256.HashData(package);
            })];
        }

        async Task<IReadOnlyList<double>> UploadAsync()
        {
            using var package = new MemoryStream(NewPackage());
            return [PackageBytes / MiB / await Timing.SecondsOfAsync(() => cluster.Client.UploadWorkerPackageAsync(package, cancellationToken))];
        }
    }

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
