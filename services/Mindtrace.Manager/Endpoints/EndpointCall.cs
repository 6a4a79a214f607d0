using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Gateway;

namespace Mindtrace.Manager.Endpoints;

/// <summary>The code of endpoint jobs: posts the job to the app behind its route, past the gateway's front, and makes an outcome of what comes of it.</summary>
/// <remarks>
/// Whatever goes wrong counts as a failed attempt. When none is left, the job is failed if the endpoint said so or took too long, else an
/// error.
/// </remarks>
internal sealed class EndpointCall(RedisAppDirectory apps, AppTransport transport)
{
    /// <summary>As much as a client may send.</summary>
    private const int MaxReplyBytes = 16 << 20;

    private static readonly MediaTypeHeaderValue Json = new(MediaTypeNames.Application.Json);

    /// <returns>The outcome; <see langword="null"/> when the store went away before the call could be made.</returns>
    public async Task<JobOutcome?> RunAsync(DispatchTicket ticket, Job job, ClaimResult claim, CancellationToken stopping)
    {
        Uri? app;
        if (!AppPath.TryParse(ticket.Route.Target, out var path))
        {
            return Error($"'{ticket.Route.Target}' is no endpoint: it must be {AppPath.Rule}.");
        }

        try
        {
            app = await apps.FindAsync(path.App.Value, stopping);
        }
        catch (JobBackendUnavailableException)
        {
            return null;
        }

        if (app is null)
        {
            return Error($"There is no app '{path.App}' behind the gateway.");
        }

        try
        {
            var reply = await PostAsync(path.At(app), ticket.Message.Body, stopping);
            return reply.State switch
            {
                JobState.Completed => new JobOutcome.Completed(reply.Output),
                JobState.Failed => Failed(reply.Reason!, reply.Output),
                _ => Error(reply.Reason!, reply.Output),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException
            || (fault is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return Error($"The app '{path.App}' at {app} gave no answer: {fault.Message}");
        }

        JobOutcome Failed(string reason, JsonElement output) =>
            new JobOutcome.Failed(reason, output);

        JobOutcome Error(string reason, JsonElement? output = null) => claim.Failures + 1 < (job.MaxAttempts ?? 1)
            ? Failed(reason, output ?? JobsJson.EmptyObject)
            : new JobOutcome.NotRunnable(reason, output ?? JobsJson.EmptyObject);
    }

    private async Task<EndpointReply> PostAsync(Uri endpoint, ReadOnlyMemory<byte> job, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(job) };
        request.Content.Headers.ContentType = Json;
        using var response = await transport.Invoker.SendAsync(request, stopping);
        await response.Content.LoadIntoBufferAsync(MaxReplyBytes, stopping);
        return EndpointReply.Read(response.StatusCode, await response.Content.ReadAsByteArrayAsync(stopping));
    }
}
