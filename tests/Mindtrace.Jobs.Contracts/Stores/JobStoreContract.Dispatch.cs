using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <content>Jobs whose message may be lost.</content>
public abstract partial class JobStoreContract
{
    [Fact]
    public async Task Redispatch_MoreJobsThanAreReadTogether_MakesAnEntryForEachThatIsDueAndHasNone()
    {
        const int Jobs = 1_200;
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        var later = JobModel.Job(Jobs, JobModel.Routed, maxAttempts: 1, Start.AddHours(1));
        var accepted = await store.Jobs.SubmitAsync([.. Enumerable.Range(0, Jobs).Select(Job), later], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await store.Dispatch.RedispatchAsync(JobModel.Routed, Cancel));

        await store.Dispatch.ConfirmAsync([.. accepted.Select(result => result.Ticket).OfType<DispatchTicket>()], Cancel);

        Assert.Equal(Jobs, await store.Dispatch.RedispatchAsync(JobModel.Routed, Cancel));
        Assert.Equal(0, await store.Dispatch.RedispatchAsync(JobModel.Routed, Cancel));
    }
}
