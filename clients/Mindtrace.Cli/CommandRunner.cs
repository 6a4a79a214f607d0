using System.CommandLine;
using System.Net;
using System.Text.Json;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli;

/// <summary>Runs what a command does: finds the cluster, and turns faults into a message and an exit code.</summary>
internal sealed class CommandRunner(Terminal terminal)
{
    /// <summary>Gets the option that names the manager.</summary>
    public Option<Uri?> Url { get; } = UrlSymbols.Option("--url", "Where the manager is, such as http://localhost:8002.");

    /// <summary>Gets the option for the key.</summary>
    public Option<string?> ApiKey { get; } = new("--api-key")
    {
        Description = "The key of the cluster. It can be seen in the list of processes; MINDTRACE_API_KEY cannot.",
    };

    /// <summary>Gets the option that names a profile.</summary>
    public Option<string?> Profile { get; } = new("--profile") { Description = $"A cluster of the file {Profiles.DefaultPath}." };

    /// <summary>Gets the option for programs that read the output.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Writes JSON, as the manager answers it." };

    /// <summary>Gets the options that every command has.</summary>
    public IReadOnlyList<Option> Common => [Url, ApiKey, Profile, Json];

    /// <summary>Makes a command do something.</summary>
    /// <returns>The command.</returns>
    public Command Does(Command command, Func<CommandContext, CancellationToken, Task<ExitCode>> run)
    {
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                return (int)await WithClusterAsync(arguments, async (cluster, address) =>
                {
                    try
                    {
                        return await run(new CommandContext(arguments, cluster, address, terminal, arguments.GetValue(Json)), cancellationToken);
                    }
                    catch (OperationException fault) when (fault.Status == (int)HttpStatusCode.Unauthorized)
                    {
                        return terminal.Fail(ExitCode.Denied, $"{Explain(fault)} The key was that of {address.KeySource}.");
                    }
                });
            }
            catch (Exception fault) when (fault is UsageException or FormatException or JsonException)
            {
                return (int)terminal.Fail(ExitCode.Usage, fault.Message);
            }
            catch (ServiceUnreachableException fault)
            {
                return (int)terminal.Fail(ExitCode.Unreachable, fault.Message);
            }
            catch (OperationException fault)
            {
                return (int)terminal.Fail(CodeOf(fault), Explain(fault));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return (int)ExitCode.Interrupted;
            }
        });
        return command;
    }

    /// <summary>Does something with the cluster that the arguments name.</summary>
    /// <exception cref="UsageException">They name none that can be found.</exception>
    public async Task<T> WithClusterAsync<T>(ParseResult arguments, Func<ClusterClient, ClusterAddress, Task<T>> run)
    {
        var address = ClusterAddress.Find(
            arguments.GetValue(Url), arguments.GetValue(ApiKey), arguments.GetValue(Profile), Environment.GetEnvironmentVariable);
        using var http = ClusterHttp.Create();
        return await run(new ClusterClient(new ServiceClient(http, address.Url, address.ApiKey)), address);
    }

    /// <summary>Leaves it to the cluster's own words where it has any. A bare status, which anything at the address may have sent, comes with all around it.</summary>
    private static string Explain(OperationException fault) =>
        fault.Detail is { } detail && (fault.ProblemType == ProblemTypes.InvalidRequest || fault.ProblemType != Problem.ForStatus(fault.Status).Type)
            ? detail
            : fault.Message;

    private static ExitCode CodeOf(OperationException fault) => (HttpStatusCode)fault.Status switch
    {
        HttpStatusCode.Forbidden => ExitCode.Denied,
        HttpStatusCode.NotFound => ExitCode.NotFound,
        _ => ExitCode.Refused,
    };
}
