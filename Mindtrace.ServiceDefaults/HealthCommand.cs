using System.Globalization;
using Microsoft.Extensions.Configuration;
using Mindtrace.ServiceDefaults;

// Where the other calls of a Program.cs are.
namespace Microsoft.Extensions.Hosting;

/// <summary>The argument <c>health</c> of a service: asks the one that runs beside it. Images hold no other program that could.</summary>
public static class HealthCommand
{
    private const int DefaultPort = 8080;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Tells whether these arguments ask for it.</summary>
    /// <param name="args">The arguments of the program.</param>
    /// <returns>Whether the program is to ask, and not to serve.</returns>
    public static bool IsIn(string[] args) => args is ["health"];

    /// <summary>Asks <c>/health</c> on this machine, at the port that the environment gives the service, for up to 5 seconds.</summary>
    /// <returns>The exit code: 0 when the service is well, 1 when it is not or does not answer.</returns>
    public static async Task<int> RunAsync()
    {
        using var client = new HttpClient { Timeout = AnswerTimeout };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{Port()}{TelemetryDefaults.HealthPath}"));
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    // As the web server reads them, the stronger first.
    private static string Port()
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().Build();
        return settings["URLS"]?.Split(';')[0] is { Length: > 0 } url ? url.TrimEnd('/').Split(':')[^1]
            : settings["HTTP_PORTS"]?.Split(';')[0] is { Length: > 0 } port ? port
            : DefaultPort.ToString(CultureInfo.InvariantCulture);
    }
}
