namespace Mindtrace.Reliability.Worker;

/// <summary>What a process under test is told. Bound from <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>Gets or sets the directory that all processes write to.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Gets or sets the promise that this process breaks.</summary>
    public BrokenPromise Breaks { get; set; }
}
