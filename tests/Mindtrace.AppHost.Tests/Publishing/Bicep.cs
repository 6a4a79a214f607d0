using System.Reflection;
using System.Text.Json;
using Mindtrace.TestServers;

namespace Mindtrace.AppHost.Tests.Publishing;

/// <summary>The compiler of Bicep, which knows the resource types of Azure.</summary>
internal static class Bicep
{
    private static readonly string Compiler = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "BicepPath").Value!;

    /// <summary>Compiles a module without a warning.</summary>
    /// <returns>The template, as it goes to Azure.</returns>
    public static async Task<JsonElement> CompileAsync(string modulePath, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(Compiler, ["build", "--stdout", modulePath], cancellationToken);
        Assert.True(result is { ExitCode: 0, Error: "" }, result.Error);
        return JsonElement.Parse(result.Output);
    }
}
