using Mindtrace.Environments.Scripts;

namespace Mindtrace.Worker.Scripts;

/// <summary>What a job asks its command to be held to. It may ask for less than the machine allows, and never for more.</summary>
internal sealed record ScriptLimitsRequest
{
    public double? TimeoutSeconds { get; init; }

    public double? SetupTimeoutSeconds { get; init; }

    public double? Cpus { get; init; }

    public long? MemoryBytes { get; init; }

    public int? Processes { get; init; }

    public long? DiskBytes { get; init; }

    public long? OutputBytes { get; init; }

    /// <exception cref="ScriptRefusedException">A limit is above the machine's, or below what anything can run in.</exception>
    public ScriptLimits Lower(ScriptLimits machine) => new()
    {
        RunTimeout = Lower(TimeoutSeconds, machine.RunTimeout, nameof(ScriptLimits.RunTimeout)),
        SetupTimeout = Lower(SetupTimeoutSeconds, machine.SetupTimeout, nameof(ScriptLimits.SetupTimeout)),
        Cpus = Cpus is null ? machine.Cpus : Lower(Cpus, machine.Cpus ?? Environment.ProcessorCount, 0.01, nameof(ScriptLimits.Cpus)),
        MemoryBytes = Lower(MemoryBytes, machine.MemoryBytes, 8L << 20, nameof(ScriptLimits.MemoryBytes)),
        Processes = Lower(Processes, machine.Processes, 8, nameof(ScriptLimits.Processes)),
        DiskBytes = Lower(DiskBytes, machine.DiskBytes, 1L << 20, nameof(ScriptLimits.DiskBytes)),
        OutputBytes = Lower(OutputBytes, machine.OutputBytes, 1024, nameof(ScriptLimits.OutputBytes)),
        TailBytes = machine.TailBytes,
    };

    private static TimeSpan Lower(double? seconds, TimeSpan machine, string name) =>
        seconds is null ? machine : TimeSpan.FromSeconds(Lower(seconds, machine.TotalSeconds, least: 1, name));

    private static T Lower<T>(T? asked, T machine, T least, string name)
        where T : struct, IComparable<T>
    {
        if (asked is { } limit && (limit.CompareTo(machine) > 0 || limit.CompareTo(least) < 0))
        {
            throw new ScriptRefusedException(
                $"{ScriptLimits.SectionName}:{name}", $"The job asks for a limit of {limit}; on this machine it must be from {least} to {machine}.");
        }

        return asked ?? machine;
    }
}
