using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs.Redis;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>What the manager takes and refuses of worker types and packages.</summary>
public sealed class RegistrationTests(ClusterFixture fixture)
{
    private const string Url = "\"git_repo_url\":\"https://example.com/a.git\"";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"worker_class\":\"\"", "worker_class")]
    [InlineData("\"worker_class\":\" \"", "worker_class")]
    [InlineData("\"package\":\"abc\"", "package")]
    [InlineData("\"package\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"," + Url, "package")]
    [InlineData("\"executable\":\"a.dll\"", "executable")]
    [InlineData("\"executable\":\"../a.dll\",\"package\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "executable")]
    [InlineData("\"git_repo_url\":\"no url\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"ftp://example.com/a.git\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"ext::sh -c evil\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"git@example.com:owner/a.git\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"https://user:secret@example.com/a.git\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"https://token@example.com/a.git\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"ssh://-oProxyCommand=evil@example.com/a.git\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"--upload-pack=evil\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"http://169.254.169.254/a.git\"", "git_repo_url")]
    [InlineData("\"git_repo_url\":\"ssh://git@[::ffff:169.254.169.254]/a.git\"", "git_repo_url")]
    [InlineData("\"git_branch\":\"main\"", "git_branch")]
    [InlineData("\"git_branch\":\"--evil\"," + Url, "git_branch")]
    [InlineData("\"git_branch\":\"a..b\"," + Url, "git_branch")]
    [InlineData("\"git_branch\":\"a b\"," + Url, "git_branch")]
    [InlineData("\"git_branch\":\"\"," + Url, "git_branch")]
    [InlineData("\"git_commit\":\"-evil\"," + Url, "git_commit")]
    [InlineData("\"git_commit\":\"HEAD~1\"," + Url, "git_commit")]
    [InlineData("\"git_working_dir\":\"../up\"," + Url, "git_working_dir")]
    [InlineData("\"git_working_dir\":\"/etc\"," + Url, "git_working_dir")]
    [InlineData("\"git_working_dir\":\"a/../../up\"," + Url, "git_working_dir")]
    [InlineData("\"git_working_dir\":\"-a\"," + Url, "git_working_dir")]
    [InlineData("\"git_project\":\"..\\\\a.csproj\"," + Url, "git_project")]
    [InlineData("\"worker_params\":{\"a b\":1}", "worker_params")]
    [InlineData("\"worker_params\":{\"a\":{\"b=c\":1}}", "worker_params")]
    [InlineData("\"worker_params\":{\"a__b\":1}", "worker_params")]
    [InlineData("\"worker_params\":[1]", "worker_params")]
    public async Task RegisterWorkerType_FieldIsWrong_Is422AndNamesIt(string fields, string field)
    {
        var start = fields.Contains("worker_class", StringComparison.Ordinal) ? "" : "\"worker_class\":\"A\",";
        using var answer = await PostAsync("register_worker_type", $$"""{"worker_name":"never",{{start}}{{fields}}}""", "application/json");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("a@1")]
    [InlineData("a:1")]
    [InlineData("a/1")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData("this-name-is-longer-than-the-ninety-six-characters-that-the-name-of-an-object-in-the-registry-may-have")]
    public async Task RegisterWorkerType_BadName_Is422AndNamesIt(string name)
    {
        using var answer = await PostAsync("register_worker_type", $$"""{"worker_name":"{{name}}","worker_class":"A"}""", "application/json");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("worker_name", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/owner/a.git")]
    [InlineData("http://example.com:8080/a")]
    [InlineData("ssh://git@example.com/owner/a.git")]
    [InlineData("file:///srv/git/a.git")]
    public async Task RegisterWorkerType_OfGit_IsStoredWithAllItsFields(string url)
    {
        var name = WorkerTypeName.Parse($"git-{Guid.NewGuid():N}");
        var body = $$"""
            {"worker_name":"{{name}}","worker_class":"a.b.C","worker_params":{"x":1},"job_type":null,"git_repo_url":"{{url}}","git_branch":"feature/größe",
             "git_commit":"v1.2","git_working_dir":"a/b","git_project":"C.csproj","materializer_name":"ignored"}
            """;

        using var answer = await PostAsync("register_worker_type", body, "application/json");

        Assert.Equal((HttpStatusCode.OK, "null"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        var stored = (await fixture.Manager.Services.GetRequiredService<WorkerTypeStore>().FindAsync(name, Cancel))!;
        Assert.Equal(
            ("a.b.C", url, "feature/größe", "v1.2", "a/b", "C.csproj", 1),
            (stored.WorkerType, stored.GitRepoUrl!.AbsoluteUri, stored.GitBranch, stored.GitCommit, stored.GitWorkingDir, stored.GitProject,
                stored.WorkerParams["x"].GetInt32()));
    }

    [Fact]
    public async Task RegisterWorkerType_OfAnUnknownPackage_Is404AndStoresNothing()
    {
        var request = new RegisterWorkerTypeRequest(WorkerTypeName.Parse($"p-{Guid.NewGuid():N}"), "A") { Package = new string('a', 64) };

        var refusal = await Assert.ThrowsAsync<OperationException>(() => fixture.Cluster.RegisterWorkerTypeAsync(request, Cancel));

        Assert.Equal((404, "urn:mindtrace:problem:worker-package-not-found"), (refusal.Status, refusal.ProblemType));
        Assert.Null(await fixture.Manager.Services.GetRequiredService<WorkerTypeStore>().FindAsync(request.WorkerName, Cancel));
    }

    [Fact]
    public async Task UploadWorkerPackage_Zip_IsStoredUnderItsHash()
    {
        using var package = Zip.Of(("a.txt", Guid.NewGuid().ToString()));
        var raw = package.ToArray();

        var answer = await fixture.Cluster.UploadWorkerPackageAsync(package, Cancel);

        Assert.Equal(
            (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(raw)), raw.Length), (answer.Package, answer.Bytes));
        await using var stored = await fixture.Manager.Services.GetRequiredService<PackageStore>().OpenAsync(PackageDigest.Parse(answer.Package), Cancel);
        Assert.Equal(raw.Length, stored!.Length);
    }

    [Fact]
    public async Task UploadWorkerPackage_WhatNodesWouldNotExtract_Is422AndNotStored()
    {
        await using var manager = ManagerProgram.Start(
            fixture.Redis, new RedisKeySpace(Guid.NewGuid().ToString("N")), ("WorkerTypes:MaxUnpackedBytes", "1024"));
        (MemoryStream Package, string Reason)[] unfit =
        [
            (Zip.Of(("../evil", "")), "'../evil'"),
            (Zip.OfZeros(1025), "1024 bytes"),
            (Zip.OfLink("/etc/passwd"), "'link'"),
            (new MemoryStream("no zip"u8.ToArray()), "no zip"),
            (new MemoryStream(), "no zip"),
        ];

        foreach (var (package, reason) in unfit)
        {
            var refusal = await Assert.ThrowsAsync<OperationException>(() => manager.Cluster.UploadWorkerPackageAsync(package, Cancel));
            Assert.Equal((422, "urn:mindtrace:problem:unfit-worker-package"), (refusal.Status, refusal.ProblemType));
            Assert.Contains(reason, refusal.Detail, StringComparison.Ordinal);
        }

        Assert.Empty(await manager.Services.GetRequiredService<IBlobStore>().ListAsync("packages/", Cancel).ToListAsync(Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UploadWorkerPackage_TooLarge_Is413(bool declaresItsLength)
    {
        await using var manager = ManagerProgram.Start(
            fixture.Redis, new RedisKeySpace(Guid.NewGuid().ToString("N")), ("WorkerTypes:MaxPackageBytes", "1024"));
        await using Stream upload = declaresItsLength
            ? new MemoryStream(new byte[100_000])
            : new BrotliStream(Compressed(100_000), CompressionMode.Decompress);

        var refusal = await Assert.ThrowsAsync<OperationException>(() => manager.Cluster.UploadWorkerPackageAsync(upload, Cancel));

        Assert.Equal((413, ProblemTypes.RequestTooLarge), (refusal.Status, refusal.ProblemType));
        Assert.Contains("1024 bytes", refusal.Detail, StringComparison.Ordinal);
        Assert.Empty(await manager.Services.GetRequiredService<IBlobStore>().ListAsync("packages/", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task UploadWorkerPackage_OfAnotherMediaType_Is415()
    {
        using var answer = await PostAsync("upload_worker_package", "{}", "application/json");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task UploadWorkerPackage_IsInTheDocument()
    {
        using var http = fixture.Manager.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);

        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative), Cancel));

        var operation = document.RootElement.GetProperty("paths").GetProperty("/upload_worker_package").GetProperty("post");
        Assert.Equal(
            ("string", "binary"),
            (Schema(operation).GetProperty("type").GetString(), Schema(operation).GetProperty("format").GetString()));

        JsonElement Schema(JsonElement operation)
        {
            var schema = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/zip").GetProperty("schema");
            return schema.TryGetProperty("$ref", out var reference)
                ? document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1])
                : schema;
        }
    }

    private static MemoryStream Compressed(int bytes)
    {
        var stream = new MemoryStream();
        using (var compress = new BrotliStream(stream, CompressionMode.Compress, leaveOpen: true))
        {
            compress.Write(new byte[bytes]);
        }

        stream.Position = 0;
        return stream;
    }

    private async Task<HttpResponseMessage> PostAsync(string operation, string body, string mediaType)
    {
        using var http = fixture.Manager.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, operation) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);
        return await http.SendAsync(request, Cancel);
    }
}
