using System.Text;
using System.Text.Json;
using Mindtrace.Registry;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>The registry object of a worker type: what Python nodes read, and what they may have written.</summary>
public sealed class WorkerTypeFileTests : IDisposable
{
    private static readonly WorkerTypeName Name = WorkerTypeName.Parse("sample");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-registry-");
    private readonly ObjectRegistry _registry;
    private readonly WorkerTypeStore _types;

    public WorkerTypeFileTests()
    {
        _registry = new ObjectRegistry(new FileBlobStore(_folder.FullName, TimeProvider.System), TimeProvider.System);
        _types = new WorkerTypeStore(_registry);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task WorkerTypeFile_RoundTrips()
    {
        var parameters = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"language":"de","limits":{"max_size":[1,2.5,null]}}""")!;
        var git = new WorkerTypeDefinition("mindtrace.workers.Uppercase", parameters)
        {
            GitRepoUrl = new Uri("https://example.com/owner/repository.git"),
            GitBranch = "main",
            GitCommit = "0123456789abcdef0123456789abcdef01234567",
            GitWorkingDir = "workers/uppercase",
            GitProject = "Uppercase.csproj",
        };

        await _types.SaveAsync(Name, git, Cancel);
        var found = (await _types.FindAsync(Name, Cancel))!;

        Assert.Equal(JsonSerializer.Serialize(git), JsonSerializer.Serialize(found));
        Assert.Equal("Uppercase", found.ClassName);
        Assert.Equal("de", found.WorkerParams["language"].GetString());
    }

    [Fact]
    public async Task WorkerTypeFile_IsWhatPythonNodesRead()
    {
        await _types.SaveAsync(Name, new WorkerTypeDefinition("EchoWorker", new Dictionary<string, JsonElement>()), Cancel);

        var stored = (await _registry.FindAsync(RegistryName.Parse("worker:sample"), Cancel))!.Content;
        Assert.Equal(
            """
            {"worker_type":"EchoWorker","worker_params":{},"git_repo_url":null,"git_branch":null,"git_commit":null,"git_working_dir":null,"git_project":null}
            """,
            Encoding.UTF8.GetString(Assert.Single(stored.Files, file => file.Key == "worker.json").Value.Span));
        Assert.Equal(
            """{"class":"mindtrace.cluster.core.types.ProxyWorker","materializer":"mindtrace.cluster.StandardWorkerLauncher","init_params":{},"metadata":{}}""",
            JsonSerializer.Serialize(stored.Metadata));
    }

    [Fact]
    public async Task WorkerType_SavedAgain_IsReplacedAndStaysInTheHistory()
    {
        var name = RegistryName.Parse("worker:sample");
        await _types.SaveAsync(Name, new WorkerTypeDefinition("One", new Dictionary<string, JsonElement>()), Cancel);
        var first = (await _registry.FindAsync(name, Cancel))!.Version.Id;
        await _types.SaveAsync(Name, new WorkerTypeDefinition("Two", new Dictionary<string, JsonElement>()), Cancel);

        Assert.Equal("Two", (await _types.FindAsync(Name, Cancel))!.WorkerType);
        Assert.Equal(2, (await _registry.HistoryAsync(name, Cancel)).Count);
        var kept = (await _registry.FindAsync(name, first, Cancel))!.Content.Files["worker.json"];
        Assert.Contains("\"One\"", Encoding.UTF8.GetString(kept.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"worker_type": "a.B", "worker_params": {"x": 1}}""")]
    [InlineData("""{"worker_params": {"x": 1}, "worker_type": "a.B", "git_repo_url": null, "git_branch": null, "later": true}""")]
    public async Task WorkerTypeFile_OfAnotherWriter_IsRead(string json)
    {
        await SaveAsync("worker.json", json);

        var found = (await _types.FindAsync(Name, Cancel))!;

        Assert.Equal(("B", 1, null), (found.ClassName, found.WorkerParams["x"].GetInt32(), found.GitRepoUrl));
    }

    [Theory]
    [InlineData("worker.json", "{", "worker.json of the worker type 'sample' cannot be read")]
    [InlineData("worker.json", "null", "It is null")]
    [InlineData("worker.json", "[]", "cannot be read")]
    [InlineData("worker.json", """{"worker_params":{}}""", "worker_type")]
    [InlineData("worker.json", """{"worker_type":"EchoWorker"}""", "worker_params")]
    [InlineData("worker.json", """{"worker_type":7,"worker_params":{}}""", "worker_type")]
    [InlineData("other.json", "{}", "has no worker.json, but other.json")]
    public async Task WorkerTypeFile_Damaged_FailsTheLoadAndSaysWhy(string file, string json, string reason)
    {
        await SaveAsync(file, json);

        var fault = await Assert.ThrowsAsync<RegistryIntegrityException>(() => _types.FindAsync(Name, Cancel));

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("Register it again.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkerType_NeverSaved_IsNull() => Assert.Null(await _types.FindAsync(Name, Cancel));

    private async Task SaveAsync(string file, string json) => await _registry.SaveAsync(
        RegistryName.Parse("worker:sample"),
        new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { [file] = Encoding.UTF8.GetBytes(json) }),
        Cancel);
}
