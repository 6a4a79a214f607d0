namespace Mindtrace.Cluster;

/// <summary>Environment variables have values that cannot be used; the message names each with what was expected.</summary>
/// <remarks>A program that does not catch it ends with exit code 1 and the message alone on its standard error.</remarks>
/// <param name="message">What is wrong with each variable. It holds no secrets.</param>
public sealed class MindtraceVariableException(string message) : Exception(message)
{
    private static readonly Lock Gate = new();
    private static bool _endsQuietly;

    /// <summary>A wrong value is the user's to mend: a stack trace and a core dump tell them nothing.</summary>
    internal static void EndQuietlyIfUnhandled()
    {
        lock (Gate)
        {
            if (!_endsQuietly)
            {
                _endsQuietly = true;
                AppDomain.CurrentDomain.UnhandledException += EndQuietly;
            }
        }
    }

    private static void EndQuietly(object sender, UnhandledExceptionEventArgs unhandled)
    {
        if (unhandled.ExceptionObject is MindtraceVariableException fault)
        {
            Console.Error.WriteLine(fault.Message);
            Environment.Exit(1);
        }
    }
}
