using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs;
using Mindtrace.Manager.Logs;
using Mindtrace.Registry;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>One job that runs and prints, with its log in a store in memory and a registry in a folder.</summary>
internal sealed class JobLogBench : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-logs-");
    private readonly AttemptKey _attempt;
    private int _appends;

    private JobLogBench()
    {
        Store = new InMemoryJobStore(Clock);
        Blobs = new FileBlobStore(_folder.FullName, Clock);
        Archive = new JobLogArchive(Blobs);
        Reader = new JobLogReader(Store, Archive, Store, Clock);
        Mover = NewMover(Blobs);
        _attempt = new AttemptKey(Id, JobType.Parse("print"), AttemptToken.New());
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 5, 29, 12, 0, 0, TimeSpan.Zero));

    public InMemoryJobStore Store { get; }

    public FileBlobStore Blobs { get; }

    public JobLogArchive Archive { get; }

    public JobLogReader Reader { get; }

    public JobLogMover Mover { get; }

    public JobId Id { get; } = JobId.New();

    public JobLogsRequest Request => new(Id);

    public static async Task<JobLogBench> CreateAsync()
    {
        var bench = new JobLogBench();
        await bench.Store.SetRouteAsync(bench._attempt.JobType, JobRoute.Queue, CancellationToken.None);
        var job = new Job { Id = bench.Id, SchemaName = bench._attempt.JobType, Payload = JsonElement.Parse("{}") };
        await bench.Store.SubmitAsync([job], TimeSpan.FromSeconds(10), CancellationToken.None);
        await bench.Store.ClaimAsync(bench._attempt, WorkerId.New(), TimeSpan.FromSeconds(30), CancellationToken.None);
        return bench;
    }

    public JobLogMover NewMover(IBlobStore blobs) => new(Store, new JobLogArchive(blobs), Clock, NullLogger<JobLogMover>.Instance);

    public async Task PrintAsync(JobLogStream stream, bool isLast, params string[] lines)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            JobLogText.Write(text, 1, stream, Clock.GetUtcNow(), line);
        }

        Assert.True(await Store.AppendAsync(_attempt, new JobLogAppend(++_appends, text.WrittenMemory, lines.Length, isLast), CancellationToken.None));
    }

    public Task PrintAsync(params string[] lines) => PrintAsync(JobLogStream.Stdout, isLast: false, lines);

    /// <summary>Prints lines and has all that is there moved to the registry.</summary>
    public async Task PrintAndMoveAsync(params string[] lines)
    {
        await PrintAsync(JobLogStream.Stdout, isLast: true, lines);
        Assert.Equal(1, await Mover.LookAsync(CancellationToken.None));
    }

    public Task FinishAsync() =>
        Store.FinishAsync(_attempt, new JobOutcome.Completed(JsonElement.Parse("{}")), CancellationToken.None);

    public async Task<IEnumerable<string>> ReadAsync(JobLogsRequest request) =>
        (await Reader.ReadAsync(request, CancellationToken.None)).Select(line => $"{line.Number} {line.Line}");

    public async Task<List<string>> KeysAsync() => await Blobs.ListAsync("", CancellationToken.None).Order().ToListAsync();

    public void Dispose() => _folder.Delete(recursive: true);
}
