using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Cluster;

/// <summary>Honours the environment variables of Mindtrace's Python cluster.</summary>
public static class MindtraceVariablesExtensions
{
    /// <summary>
    /// Takes settings from the variables that the Python cluster knows, such as <c>MINDTRACE_CLUSTER__RABBITMQ_HOST</c>.
    /// Whatever is configured otherwise goes before them. Call this before anything reads the configuration.
    /// </summary>
    /// <typeparam name="TBuilder">The builder.</typeparam>
    /// <param name="builder">The application under construction.</param>
    /// <param name="isManager">Whether the service is the manager, whose URL has a variable of its own.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="MindtraceVariableException">Some values cannot be used.</exception>
    /// <remarks>The start logs the names of the variables that were read, never their values.</remarks>
    public static TBuilder AddMindtraceVariables<TBuilder>(this TBuilder builder, bool isManager = false)
        where TBuilder : IHostApplicationBuilder
    {
        MindtraceVariableException.EndQuietlyIfUnhandled();
        var variables = MindtraceVariables.Read(builder.Configuration, isManager);
        if (variables.Taken.Count > 0)
        {
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = variables.Settings });
            builder.Services.AddHostedService(provider => new MindtraceVariablesReport(
                variables.Taken, provider.GetRequiredService<ILogger<MindtraceVariablesReport>>()));
        }

        return builder;
    }
}

/// <summary>Says at the start which variables were read.</summary>
internal sealed partial class MindtraceVariablesReport(IReadOnlyList<string> names, ILogger<MindtraceVariablesReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogTaken(string.Join(", ", names));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Read the environment variables {Variables}; what is configured otherwise goes before them")]
    private partial void LogTaken(string variables);
}
