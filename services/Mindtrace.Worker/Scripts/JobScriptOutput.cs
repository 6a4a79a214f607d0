using Mindtrace.Cluster;
using Mindtrace.Environments.Scripts;
using Mindtrace.Jobs;

namespace Mindtrace.Worker.Scripts;

/// <summary>Carries what a script writes to the log of its job. Each line is progress.</summary>
internal sealed class JobScriptOutput(JobContext context) : IScriptOutput
{
    public ValueTask WriteLineAsync(ScriptStream stream, string line, CancellationToken cancellationToken)
    {
        context.ReportProgress();
        return context.WriteLineAsync(
            line,
            stream switch
            {
                ScriptStream.Stdout => JobLogStream.Stdout,
                ScriptStream.Stderr => JobLogStream.Stderr,
                _ => JobLogStream.Environment,
            },
            cancellationToken);
    }
}
