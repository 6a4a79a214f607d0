using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Testing;

/// <summary>Says what a test cluster is made of.</summary>
public sealed class TestClusterBuilder
{
    private readonly List<(JobType Type, Type Worker)> _workers = [];

    internal TestClusterBuilder() => AddAttempts();

    /// <summary>Gets what the constructors of the workers take. The clock is there already; what is added later goes before what is there.</summary>
    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>Gets or sets when jobs run.</summary>
    /// <value>The default is <see cref="JobExecution.Inline"/>.</value>
    public JobExecution Execution { get; set; } = JobExecution.Inline;

    /// <summary>Adds a worker. Its parameters have their initial values, unless <see cref="Services"/> has others.</summary>
    /// <typeparam name="TWorker">The worker's class.</typeparam>
    /// <param name="jobType">The job type that it runs.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="FormatException"><paramref name="jobType"/> is no job type.</exception>
    public TestClusterBuilder AddWorker<TWorker>(string jobType)
        where TWorker : class, IWorker
    {
        Services.AddWorkerParameters(typeof(TWorker));
        Services.AddSingleton<TWorker>();
        _workers.Add((JobType.Parse(jobType), typeof(TWorker)));
        return this;
    }

    /// <summary>Adds a function in place of a worker, for tests of code that submits jobs.</summary>
    /// <typeparam name="TInput">The input of the job type.</typeparam>
    /// <typeparam name="TOutput">The output of the job type.</typeparam>
    /// <param name="schema">The job type that it runs.</param>
    /// <param name="run">Answers the output. What it throws fails the attempt.</param>
    /// <returns>The builder.</returns>
    public TestClusterBuilder AddWorker<TInput, TOutput>(JobSchema<TInput, TOutput> schema, Func<TInput, TOutput> run)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(run);
        Services.AddSingleton(new FunctionWorker<TInput, TOutput>(schema, run));
        _workers.Add((schema.Type, typeof(FunctionWorker<TInput, TOutput>)));
        return this;
    }

    internal ServiceProvider BuildServices()
    {
        Services.AddSingleton(provider => new JobRunner(provider, _workers));
        return Services.BuildServiceProvider();
    }

    /// <summary>Adds what real workers make their attempts with, on a store and a clock of the test's.</summary>
    private void AddAttempts()
    {
        Services.AddLogging();
        Services.AddMetrics();
        Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        Services.AddSingleton<FakeTimeProvider>();
        Services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<FakeTimeProvider>());
        Services.AddSingleton<InMemoryJobStore>();
        Services.AddSingleton<IJobStore>(provider => provider.GetRequiredService<InMemoryJobStore>());
        Services.AddSingleton<IAttemptStore>(provider => provider.GetRequiredService<InMemoryJobStore>());
        Services.AddSingleton<IJobLogStore>(provider => provider.GetRequiredService<InMemoryJobStore>());
        Services.AddSingleton<JobsTelemetry>();
        Services.AddSingleton(new ServiceIdentity("TestCluster", Guid.NewGuid()));
        Services.AddSingleton(new JobCapabilities(_ => Task.FromResult(MindtraceTestCluster.Address)));
        Services.AddAttempts();

        // Nobody renews leases, and nobody ends attempts whose lease has lapsed: the clock may be moved as far as a test likes.
        Services.Configure<WorkerOptions>(options => options.LeaseDuration = TimeSpan.FromDays(365));
    }
}
