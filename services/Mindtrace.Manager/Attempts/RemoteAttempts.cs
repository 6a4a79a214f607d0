using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Recovery;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

namespace Mindtrace.Manager.Attempts;

/// <summary>Takes jobs from their queues for workers that reach neither broker nor store, and keeps and ends their attempts as they say.</summary>
/// <remarks>
/// Claims, renewals and outcomes go through the same steps of the store as those of any worker, so the same rules fence them. Nothing is
/// kept here: any manager may answer the next call.
/// </remarks>
internal sealed class RemoteAttempts(
    IJobQueue queue, IJobStore jobs, IAttemptStore attempts, IJobLogStore logs, JobTypeCatalog types, RedisWorkerDirectory directory,
    IOptions<RecoveryOptions> options, IOptions<WorkerOptions> worker, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private TimeSpan Lease => options.Value.AlertLease;

    /// <exception cref="JobTypeNotRegisteredException">The jobs of the type go to no queue.</exception>
    public async Task<TakeJobResponse> TakeAsync(TakeJobRequest request, CancellationToken cancellationToken)
    {
        if (!(await jobs.ListRoutesAsync(cancellationToken)).TryGetValue(request.JobType, out var route) || route.IsEndpoint)
        {
            throw new JobTypeNotRegisteredException(request.JobType);
        }

        // Within this time it asks again, or renews the lease of what it was given.
        var wait = TimeSpan.FromSeconds(request.WaitSeconds);
        var isDrained = await directory.PollAsync(request.WorkerId, request.JobType, TimeSpan.FromTicks(Math.Max(wait.Ticks, Lease.Ticks / 2)), cancellationToken);
        using var waiting = new CancellationTokenSource(wait, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, lifetime.ApplicationStopping, cancellationToken);
        if (isDrained || await types.IsPausedAsync(request.JobType, cancellationToken))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new TakeJobResponse(Attempt: null);
        }

        await using var consumer = await queue.ConsumeAsync(request.JobType, prefetch: 1, cancellationToken);
        try
        {
            await foreach (var delivery in consumer.ReadAllAsync(ending.Token))
            {
                if (await types.IsPausedAsync(request.JobType, CancellationToken.None)
                    || await directory.FindAsync(request.WorkerId, CancellationToken.None) is { Drain: not null })
                {
                    await delivery.ReturnAsync();
                    break;
                }

                // A message is a hint. Once the job is claimed, or was found to be nobody's to take, the record needs it no more.
                var taken = await ClaimAsync(delivery.Message, request.WorkerId);
                await delivery.AckAsync();
                if (taken is not null)
                {
                    return new TakeJobResponse(await UnlessGoneAsync(taken, cancellationToken));
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // No job came in time, or the manager stops: the worker asks again.
        }

        return new TakeJobResponse(Attempt: null);
    }

    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    public async Task<RenewAttemptResponse> RenewAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var (attempt, record) = await FindAsync(request.JobId, request.Token, cancellationToken);
        if (record.Worker is { } worker)
        {
            await directory.TouchAsync(worker, cancellationToken);
        }

        var answers = await attempts.RenewAsync([new LeaseRenewal(attempt)], Lease, cancellationToken);
        return new RenewAttemptResponse(answers[0] switch
        {
            LeaseAnswer.Renewed => AttemptAnswer.Renewed,
            LeaseAnswer.CancelRequested => AttemptAnswer.CancelRequested,
            _ => AttemptAnswer.Stale,
        });
    }

    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="AttemptRefusedException">The attempt was ended by others.</exception>
    public async Task WriteLogAsync(WriteAttemptLogRequest request, CancellationToken cancellationToken)
    {
        var (attempt, record) = await FindAsync(request.JobId, request.Token, cancellationToken);
        var (text, count, bytes) = (new ArrayBufferWriter<byte>(), 0, 0L);
        foreach (var line in request.Lines.SelectMany(JobLogText.Split))
        {
            JobLogText.Write(text, record.Attempt, request.Stream, time.GetUtcNow(), line);
            (count, bytes) = (count + 1, bytes + Encoding.UTF8.GetByteCount(line) + 1);
        }

        var append = new JobLogAppend(request.Number, text.WrittenMemory, count, IsLast: false) { Limit = LimitOf(record, bytes) };
        if (!await logs.AppendAsync(attempt, append, cancellationToken))
        {
            throw AttemptRefusedException.Ended(request.JobId);
        }
    }

    private JobLogLimit LimitOf(JobRecord record, long bytes)
    {
        var notice = new ArrayBufferWriter<byte>();
        JobLogText.Write(notice, record.Attempt, JobLogStream.Environment, time.GetUtcNow(), WorkerOptions.FullLogNotice(worker.Value.MaxLogBytes));
        return new JobLogLimit(worker.Value.MaxLogBytes, bytes, notice.WrittenMemory);
    }

    /// <exception cref="InvalidRequestException">The status is no outcome.</exception>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="AttemptRefusedException">The attempt was ended by others.</exception>
    public async Task FinishAsync(FinishAttemptRequest request, CancellationToken cancellationToken)
    {
        var (attempt, record) = await FindAsync(request.JobId, request.Token, cancellationToken);
        var outcome = ReportedOutcome.Of(request.Status, request.Output, request.Error ?? $"Its worker reported {ReportedOutcome.Name(request.Status)}.", record);
        if (!await attempts.FinishAsync(attempt, outcome, cancellationToken))
        {
            throw AttemptRefusedException.Ended(request.JobId);
        }
    }

    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="AttemptRefusedException">The attempt was ended by others.</exception>
    public async Task ReleaseAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var (attempt, _) = await FindAsync(request.JobId, request.Token, cancellationToken);
        if (!await attempts.ReleaseAsync(attempt, cancellationToken))
        {
            throw AttemptRefusedException.Ended(request.JobId);
        }
    }

    /// <returns>The attempt; <see langword="null"/> when the job is not there to be taken.</returns>
    private async Task<TakenAttempt?> ClaimAsync(JobMessage message, WorkerId worker)
    {
        // Not broken off when the caller goes away: it would be unknown whether the job is claimed.
        var attempt = new AttemptKey(message.JobId, message.JobType, AttemptToken.New());
        var claim = await attempts.ClaimAsync(attempt, worker, Lease, CancellationToken.None);
        if (claim.Answer == ClaimAnswer.Unknown && Read(message) is { } unknown)
        {
            claim = await attempts.AdoptAsync(unknown, message.AcceptedAt, attempt.Token, worker, Lease, CancellationToken.None);
        }

        return claim.Answer == ClaimAnswer.Claimed && await jobs.FindAsync(message.JobId, CancellationToken.None) is { } record
            ? new TakenAttempt(record.Job, attempt.Token, claim.Attempt, Lease.TotalSeconds)
            : null;
    }

    private async Task<TakenAttempt?> UnlessGoneAsync(TakenAttempt taken, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            await attempts.ReleaseAsync(new AttemptKey(taken.Job.Id, taken.Job.SchemaName, taken.Token), CancellationToken.None);
            return null;
        }

        return taken;
    }

    // The type comes from the record, never from the caller: it names what the store changes.
    private async Task<(AttemptKey Attempt, JobRecord Record)> FindAsync(JobId id, AttemptToken token, CancellationToken cancellationToken)
    {
        var record = await jobs.FindAsync(id, cancellationToken) ?? throw new JobNotFoundException(id);
        return (new AttemptKey(id, record.Job.SchemaName, token), record);
    }

    private static Job? Read(JobMessage message)
    {
        try
        {
            return message.Body.IsEmpty ? null : JsonSerializer.Deserialize(message.Body.Span, JobsJson.Default.Job);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
