namespace Mindtrace.Benchmarks;

/// <summary>One kind of load and the figures that come of it.</summary>
internal interface IScenario
{
    /// <summary>Gets the name, as given on the command line.</summary>
    string Name { get; }

    /// <summary>Gets what is measured, in one line.</summary>
    string Description { get; }

    /// <summary>Measures.</summary>
    /// <exception cref="InvalidOperationException">What is needed is not there, or a job did not do what it should.</exception>
    Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken);
}
