using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>Connections by TLS, with certificates of an authority that the system does not know.</summary>
public sealed class TlsTests(ClusterFixture fixture) : IDisposable
{
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Manager_RedisAndWorkerByTls_JobCompletes()
    {
        var space = new RedisKeySpace($"tls-{Guid.NewGuid():N}");
        await using var relay = NewRelay(_authority.Issue());
        await using var manager = ManagerProgram.Start(RedisBy(relay), space, Trusted);
        await using var worker = await StartHttpsWorkerAsync(RedisBy(relay), space);
        var type = ClusterFixture.NewType("tls");

        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var job = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "unread" }), Cancel);

        Assert.Equal("https", worker.Url.Scheme);
        Assert.Equal(JobState.Completed, (await manager.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
    }

    [Fact]
    public async Task Manager_AuthorityOfRedisIsUnknown_IsUnavailable()
    {
        await using var relay = NewRelay(_authority.Issue());
        await using var manager = ManagerProgram.Start(RedisBy(relay), new RedisKeySpace($"tls-{Guid.NewGuid():N}"));

        var refused = await Assert.ThrowsAsync<OperationException>(() => manager.Cluster.ListJobTypesAsync(Cancel));

        Assert.Equal((503, "urn:mindtrace:problem:backend-unavailable"), (refused.Status, refused.ProblemType));
    }

    [Fact]
    public async Task Manager_AuthorityOfAWorkerIsUnknown_DoesNotSendItTheKey()
    {
        var space = new RedisKeySpace($"tls-{Guid.NewGuid():N}");
        await using var manager = ManagerProgram.Start(fixture.Redis, space);
        await using var worker = await StartHttpsWorkerAsync(fixture.Redis, space);

        var refused = await Assert.ThrowsAsync<OperationException>(
            () => manager.Cluster.RegisterJobToWorkerAsync(ClusterFixture.NewType("tls").Type, worker.Url, Cancel));

        Assert.Equal((503, "urn:mindtrace:problem:service-unreachable"), (refused.Status, refused.ProblemType));
    }

    [Fact]
    public async Task Certificate_OfATrustedAuthority_IsAccepted() => Assert.True(await IsAcceptedAsync(_authority.Issue(), Options()));

    [Fact]
    public async Task Certificate_OfAnUnknownAuthority_IsRefused() => Assert.False(await IsAcceptedAsync(_authority.Issue(), new TlsOptions()));

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsRefused()
    {
        using var other = new TestAuthority();

        Assert.False(await IsAcceptedAsync(other.Issue(), Options()));
    }

    [Fact]
    public async Task Certificate_ForAnotherHost_IsRefused() => Assert.False(await IsAcceptedAsync(_authority.Issue("elsewhere.example"), Options()));

    [Fact]
    public async Task Certificate_HasExpired_IsRefused() =>
        Assert.False(await IsAcceptedAsync(_authority.Issue(lifetime: TimeSpan.FromDays(-1)), Options()));

    [Fact]
    public async Task Certificate_ChainHasThePinnedKey_IsAccepted() => Assert.True(await IsAcceptedAsync(_authority.Issue(), Options(_authority.Pin)));

    [Fact]
    public async Task Certificate_ChainHasAnotherKeyThanThePinned_IsRefused()
    {
        using var other = new TestAuthority();

        Assert.False(await IsAcceptedAsync(_authority.Issue(), Options(other.Pin)));
    }

    [Theory]
    [InlineData("Tls:Authorities:0", "/nowhere/authority.pem")]
    [InlineData("Tls:PinnedKeys:0", "no digest")]
    public void Options_AreWrong_StopTheStart(string key, string value) => Assert.ThrowsAny<Exception>(
        () => ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"tls-{Guid.NewGuid():N}"), (key, value)));

    private (string Key, string Value)[] Trusted => [("Tls:Authorities:0", _authority.File)];

    private TlsOptions Options(params string[] pins)
    {
        var options = new TlsOptions { Authorities = { _authority.File } };
        foreach (var pin in pins)
        {
            options.PinnedKeys.Add(pin);
        }

        return options;
    }

    private static string RedisBy(TlsRelay relay) => $"localhost:{relay.Port},ssl=true,connectTimeout=2000";

    private TlsRelay NewRelay(X509Certificate2 certificate) => new(int.Parse(fixture.Redis.Split(',')[0].Split(':')[1], null), certificate);

    private async Task<bool> IsAcceptedAsync(X509Certificate2 certificate, TlsOptions options)
    {
        await using var relay = NewRelay(certificate);
        using var client = new TcpClient("127.0.0.1", relay.Port);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, new ServerCertificates(options).Accepts);
        try
        {
            await stream.AuthenticateAsClientAsync("localhost");
            return true;
        }
        catch (AuthenticationException)
        {
            return false;
        }
    }

    private Task<WorkerProgram> StartHttpsWorkerAsync(string redis, RedisKeySpace space)
    {
        var (certificate, key) = _authority.IssueFiles();
        return WorkerProgram.StartAsync(
            redis, new EchoWorker(TimeProvider.System), space,
            [
                .. Trusted, ("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"),
                ("Kestrel:Certificates:Default:Path", certificate), ("Kestrel:Certificates:Default:KeyPath", key),
            ]);
    }
}
