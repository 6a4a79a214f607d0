using System.Text;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisMessageFormatTests
{
    private static readonly JobType Queue = JobType.Parse("echo");

    private static readonly byte[] Stored = RedisMessageFormat.Write(
        new JobMessage(JobId.Parse("job-1"), Queue, Encoding.UTF8.GetBytes("{}")) { Priority = 255, TraceParent = "00-aa-bb-01" });

    [Fact]
    public void TryRead_HeadersCutAnywhere_IsNoMessage()
    {
        var headerBytes = Stored.Length - "{}".Length;

        Assert.All(Enumerable.Range(0, headerBytes), length => Assert.False(RedisMessageFormat.TryRead(Queue, Stored[..length], out _)));
    }

    [Fact]
    public void TryRead_LaterVersion_IsNoMessage() => Assert.False(RedisMessageFormat.TryRead(Queue, [2, .. Stored[1..]], out _));

    [Fact]
    public void TryRead_WhatWasWritten_IsTheMessage()
    {
        Assert.True(RedisMessageFormat.TryRead(Queue, Stored, out var message));
        Assert.Equal(("job-1", 255, "00-aa-bb-01"), (message.JobId.Value, message.Priority, message.TraceParent));
        Assert.Equal("{}", Encoding.UTF8.GetString(message.Body.Span));
    }
}
