using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mindtrace.Hosting.Infrastructure;

/// <summary>Where embedded parts keep their data: a folder that stays, or a temporary one that goes with the run.</summary>
internal sealed class DataDirectory(IDistributedApplicationBuilder builder, InfrastructureSettings settings)
{
    private readonly Lazy<string> _root = new(() => settings.DataDirectory ?? CreateTemporary(builder));

    /// <summary>Gets the folder of one part; the part creates it.</summary>
    public string For(string part) => Path.Combine(_root.Value, part);

    private static string CreateTemporary(IDistributedApplicationBuilder builder)
    {
        var directory = Directory.CreateTempSubdirectory("mindtrace-");
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            start.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(() => directory.Delete(recursive: true));
            return Task.CompletedTask;
        });
        return directory.FullName;
    }
}
