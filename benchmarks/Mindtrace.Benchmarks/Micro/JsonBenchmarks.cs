using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Benchmarks.Micro;

/// <summary>What is written and read on a job's way.</summary>
public class JsonBenchmarks
{
    private readonly Job _job = EchoWorker.EchoJob.CreateJob(new EchoInput { Message = EchoLoad.Message });
    private readonly EchoOutput _output = new(EchoLoad.Message);
    private byte[] _stored = [];
    private byte[] _bulk = [];

    [GlobalSetup]
    public void Setup()
    {
        _stored = WriteJob();
        _bulk = JsonSerializer.SerializeToUtf8Bytes(
            new SubmitJobsRequest([.. Enumerable.Repeat(_job, EchoLoad.JobsOfABulk)]), JobOperations.SubmitJobs.RequestJson);
    }

    [Benchmark]
    public byte[] WriteJob() => JsonSerializer.SerializeToUtf8Bytes(_job, JobsJson.Default.Job);

    [Benchmark]
    public Job ReadJob() => JsonSerializer.Deserialize(_stored, JobsJson.Default.Job)!;

    [Benchmark]
    public JsonElement WriteOutput() => JsonSerializer.SerializeToElement(_output, EchoWorker.EchoJob.SerializerOptions);

    [Benchmark]
    public SubmitJobsRequest ReadBulk() => JsonSerializer.Deserialize(_bulk, JobOperations.SubmitJobs.RequestJson)!;
}
