namespace Mindtrace.Benchmarks;

/// <summary>One kind of load and the figures that come of it.</summary>
internal interface IScenario
{
    /// <summary>Gets the name, as given on the command line.</summary>
    string Name { get; }

    /// <summary>Gets the names of the figures, with their units.</summary>
    IReadOnlyList<string> Figures { get; }

    /// <summary>Runs the load once.</summary>
    /// <returns>A value for each of <see cref="Figures"/>.</returns>
    Task<IReadOnlyList<double>> RunAsync(IEchoSystem system, CancellationToken cancellationToken);
}
