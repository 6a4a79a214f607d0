using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>How the command of a container ended.</summary>
internal sealed record ContainerEnd(ScriptVerdict Verdict, string? Reason, int ExitCode = ContainerEnd.KilledCode)
{
    private const int KilledCode = SignalBase + 9;
    private const int SignalBase = 128;
    private const int LastSignal = 64;

    /// <summary>Reads an exit code.</summary>
    /// <remarks>The init process tells of a signal in the way of shells, so a command that exits with such a code counts as signalled.</remarks>
    public static ContainerEnd OfExit(long code, bool isOutOfMemory, ScriptLimits limits) => code switch
    {
        not 0 when isOutOfMemory => new(ScriptVerdict.OutOfMemory, $"It used more than {limits.MemoryBytes} bytes of memory.", (int)code),
        > SignalBase and <= SignalBase + LastSignal => new(ScriptVerdict.Signalled, $"Signal {code - SignalBase} ended it.", (int)code),
        _ => new(ScriptVerdict.Exited, null, (int)code),
    };
}
