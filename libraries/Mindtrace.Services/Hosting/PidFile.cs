using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>The file that holds the process id while the service runs.</summary>
internal sealed class PidFile(ServiceIdentity identity, IOptions<ServiceOptions> options) : IHostedService
{
    public string FilePath { get; } =
        Path.Combine(options.Value.PidDirectory, $"{identity.ClassName}_{identity.ServerId}_pid.txt");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Value.PidDirectory);

        // CreateNew follows no link that someone else left in a shared temporary folder.
        await using var file = new StreamWriter(new FileStream(FilePath, FileMode.CreateNew, FileAccess.Write));
        await file.WriteAsync(Environment.ProcessId.ToString(CultureInfo.InvariantCulture).AsMemory(), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        File.Delete(FilePath);
        return Task.CompletedTask;
    }
}
