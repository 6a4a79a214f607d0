namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>What is to be true of jobs that failed for good.</summary>
internal static class DeadLetterAssertions
{
    /// <summary>Asserts that a job is a dead letter, for the reason in its status.</summary>
    public static async Task<DeadLetter> AssertDeadLetterAsync(this ClusterClient cluster, JobStatus status)
    {
        var letters = await cluster.GetDeadLettersAsync(TestContext.Current.CancellationToken);
        var letter = Assert.Single(letters, letter => letter.JobId == status.JobId);
        Assert.Equal(status.Job.Error, letter.Job.Error);
        return letter;
    }
}
