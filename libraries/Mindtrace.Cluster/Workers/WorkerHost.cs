using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Hosts a worker in an ordinary executable: <c>await WorkerHost.RunAsync&lt;MyWorker&gt;(args)</c> is a whole program.</summary>
public static class WorkerHost
{
    /// <summary>Runs a worker until the process is told to stop.</summary>
    /// <typeparam name="TWorker">The worker's class; its constructor's parameters come from dependency injection.</typeparam>
    /// <param name="args">The command line, which is configuration as well.</param>
    /// <returns>A task that ends with the worker.</returns>
    public static Task RunAsync<TWorker>(string[] args)
        where TWorker : class, IWorker => RunAsync(args, typeof(TWorker));

    /// <summary>Runs a worker of a class known at run time only.</summary>
    /// <param name="args">The command line, which is configuration as well.</param>
    /// <param name="workerClass">A class that is an <see cref="IWorker"/>.</param>
    /// <returns>A task that ends with the worker. Settings or parameters that do not fit end it at once, with exit code 1.</returns>
    public static Task RunAsync(string[] args, Type workerClass) => RunAsync(args, workerClass, _ => { });

    /// <summary>Runs a worker of a class known at run time only, with services of its own.</summary>
    /// <param name="args">The command line, which is configuration as well.</param>
    /// <param name="workerClass">A class that is an <see cref="IWorker"/>.</param>
    /// <param name="addServices">Adds what the class's constructor takes.</param>
    /// <returns>A task that ends with the worker. Settings or parameters that do not fit end it at once, with exit code 1.</returns>
    public static async Task RunAsync(string[] args, Type workerClass, Action<IHostApplicationBuilder> addServices)
    {
        ArgumentNullException.ThrowIfNull(addServices);
        if (HealthCommand.IsIn(args))
        {
            Environment.ExitCode = await HealthCommand.RunAsync().ConfigureAwait(false);
            return;
        }

        ProcessMemory.Close();
        var builder = WebApplication.CreateBuilder(args);
        builder.AddWorker(workerClass);
        addServices(builder);
        await using var app = builder.Build();
        if (FindSettingsFault(app.Services) is { } fault)
        {
            // Whoever launched the process reads the end of its output: the reason alone, not the stack above it.
            await Console.Error.WriteLineAsync(fault).ConfigureAwait(false);
            Environment.ExitCode = 1;
            return;
        }

        app.MapWorker();
        await app.RunAsync().ConfigureAwait(false);
    }

    /// <summary>Adds all that a worker is made of, to an application that does other things as well. <see cref="MapWorker"/> maps its endpoints.</summary>
    /// <typeparam name="TWorker">The worker's class; its constructor's parameters come from dependency injection.</typeparam>
    /// <param name="builder">The application under construction.</param>
    /// <returns>The builder.</returns>
    public static IHostApplicationBuilder AddWorker<TWorker>(this IHostApplicationBuilder builder)
        where TWorker : class, IWorker => builder.AddWorker(typeof(TWorker));

    /// <summary>Adds all that a worker is made of, of a class known at run time only.</summary>
    /// <typeparam name="TBuilder">The builder.</typeparam>
    /// <param name="builder">The application under construction.</param>
    /// <param name="workerClass">A class that is an <see cref="IWorker"/>.</param>
    /// <returns>The builder.</returns>
    public static TBuilder AddWorker<TBuilder>(this TBuilder builder, Type workerClass)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(workerClass);
        builder.AddMindtraceVariables();
        builder.AddServiceDefaults();
        builder.AddService(workerClass.Name);
        builder.AddJobBackends();

        // The worker's console is its own: there, what jobs print would be carried and kept a second time by its node.
        builder.Logging.AddFilter<ConsoleLoggerProvider>(JobOutputLog.Category, LogLevel.None);
        var services = builder.Services;
        services.AddAttempts();
        services.AddWorkerParameters(workerClass);
        services.AddSingleton(typeof(IWorker), workerClass);
        services.AddSingleton<WorkerProvenance>();
        services.AddSingleton(provider => new JobCapabilities(provider.GetRequiredService<ServiceAddress>().GetAsync));
        services.AddSingleton<ICapabilities>(provider => provider.GetRequiredService<JobCapabilities>());
        services.AddProblem<AttemptEndedException>(StatusCodes.Status409Conflict, "attempt-ended", "The attempt has ended.", e => e.Message);
        services.AddSingleton<JobExecutor>();
        services.AddSingleton<JobPump>();
        services.AddSingleton<WorkerSelf>();
        services.AddProblem<WorkerDrainingException>(StatusCodes.Status409Conflict, "worker-draining", "The worker takes no more jobs.", e => e.Message);
        services.AddProblem<WorkerEndedException>(StatusCodes.Status409Conflict, "worker-ended", "The worker has ended.", e => e.Message);
        services.AddHostedService(provider => provider.GetRequiredService<JobPump>());
        services.AddSingleton<WorkerDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerDrain>());
        services.AddSingleton<WorkerHeartbeat>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerHeartbeat>());
        services.AddSingleton<WorkerRegistration>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerRegistration>());
        services.AddPeerClients();
        services.AddHostedService<NodeWatch>();
        if (builder.Configuration.GetSection(ClusterClientExtensions.SectionName).Exists())
        {
            services.AddMindtraceCluster();
            services.AddSingleton<IApiKeyDirectory, ManagerApiKeys>();
            services.AddManagersSide();
        }

        services.AddHealthChecks().AddCheck<JobPump>("job_pump").AddCheck<WorkerRegistration>("registration");
        services.TryAddSingleton(TimeProvider.System);
        return builder;
    }

    /// <summary>Adds what it takes to make attempts at jobs and to keep them alive. Whoever adds it calls <see cref="LeaseKeeper.RenewAsync"/>.</summary>
    internal static void AddAttempts(this IServiceCollection services)
    {
        services.AddOptions<WorkerOptions>().BindConfiguration(WorkerOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<WorkerOptions>>((host, worker) =>
            host.ShutdownTimeout = worker.Value.DrainTimeout + TimeSpan.FromSeconds(10));
        services.AddSingleton(provider => new WorkerIdentity(WorkerId.Parse(provider.GetRequiredService<ServiceIdentity>().ServerId.ToString())));
        services.AddSingleton<LiveAttempts>();
        services.AddSingleton<LeaseKeeper>();
        services.AddSingleton(provider => new JobOutputLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger(JobOutputLog.Category)));
        services.AddSingleton<AttemptRunner>();
    }

    /// <summary>Maps the endpoints of a worker.</summary>
    /// <param name="app">The application, made with <c>AddWorker</c>.</param>
    /// <returns>The application.</returns>
    public static WebApplication MapWorker(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapOperations(operations => operations.MapWorkerOperations());
        app.MapDefaultEndpoints();
        return app;
    }

    private static string? FindSettingsFault(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return null;
        }
        catch (OptionsValidationException fault)
        {
            return fault.Message;
        }
        catch (AggregateException faults)
        {
            return string.Join('\n', faults.InnerExceptions.Select(fault => fault.Message));
        }
    }
}
