using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mindtrace.Cluster.Tests.WorkerTypes;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Gateway;
using Mindtrace.Manager.Scheduling;
using Mindtrace.Registry.Minio;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>
/// Input that nobody would send in good faith is refused in order: no fault, no 500, nothing in the log that the sender wrote there.
/// MINDTRACE_TEST_FUZZ multiplies how much is tried; what once went wrong is kept as data of the tests.
/// </summary>
public sealed class HostileInputTests(ClusterFixture fixture)
{
    private const int BodiesPerOperation = 25;
    private const int Texts = 3000;

    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("MINDTRACE_TEST_FUZZ"), out var times) ? times : 1;

    private static readonly Gen<string> AnyText = Gen.OneOf<string>(
        Gen.OneOf<string>(HostileJson.Texts), Gen.String[Gen.Char, 0, 60], Gen.String[Gen.OneOf<char>([.. "0123456789*/,-?#LW@:;=&% []http.amqpredisEndpointKySc'\""]), 0, 60]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Manager_AnyBodyOfAnyOperation_IsAnsweredInOrder()
    {
        var logs = new RecordedLines();
        await using var manager = ManagerProgram.Start(
            fixture.Redis, services => services.AddSingleton<ILoggerProvider>(logs), new RedisKeySpace($"hostile-{Guid.NewGuid():N}"),
            ("Logging:LogLevel:Default", "Information"), ("Logging:Console:LogLevel:Default", "None"));

        // So that the manager does not wait for it to register.
        await manager.Cluster.RegisterNodeAsync(new RegisterNodeRequest(new Uri(HostileJson.Nowhere)), Cancel);
        using var http = new HttpClient { BaseAddress = manager.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);
        foreach (var operation in manager.Operations.Operations.Where(it => it.RequestType != typeof(Unit) && it.RequestType != typeof(Stream)))
        {
            await HostileJson.For(operation.Json.GetTypeInfo(operation.RequestType)).SampleAsync(
                body => AnswersInOrderAsync(http, operation.Name, body), iter: BodiesPerOperation * Times, threads: 1, print: body => $"{operation.Name} {body}");
        }

        Assert.Empty(logs.Faults);
        Assert.DoesNotContain(logs.Texts, text => text.Any(c => char.IsControl(c) && c != '\n'));
    }

    [Theory]
    [InlineData("submit_job", """{"schema_name":"a","payload":{"a":1,"a":2}}""", 422)]
    [InlineData("submit_job", """{"schema_name":"a","schema_name":"b","payload":{}}""", 422)]
    [InlineData("submit_job", """{"schema_name":"../a","payload":{}}""", 422)]
    [InlineData("submit_job", """{"schema_name":"a\u0000b","payload":{}}""", 422)]
    [InlineData("submit_job", """{"schema_name":"a","payload":"\ud800"}""", 400)]
    [InlineData("submit_job", """{"schema_name":"a","payload":{},"not_before":"9999-12-31T23:59:59.9999999+14:00"}""", 200)]
    [InlineData("submit_jobs", """{"jobs":[null]}""", 422)]
    [InlineData("schedule_job", """{"name":"a","cron":"H/5 * * * *","job":{"schema_name":"a","payload":{}}}""", 422)]
    [InlineData("submit_job", """{"schema_name":"a","payload":{},"timeout":1e300}""", 422)]
    [InlineData("list_jobs", """{"cursor":"9223372036854775807_1_a"}""", 422)]
    [InlineData("list_audit", """{"cursor":"99999999999999999999"}""", 422)]
    [InlineData("register_job_to_endpoint", """{"job_type":"a","endpoint":"echo/%00"}""", 422)]
    [InlineData("drain_worker", """{"worker_id":"a","timeout_seconds":1e300}""", 422)]
    [InlineData("scale_worker_type", """{"worker_type":"a","min":1,"max":2,"idle_seconds":1e300}""", 422)]
    [InlineData("register_worker_type", """{"worker_name":"a","worker_class":"Echo\u001b[2JWorker"}""", 422)]
    [InlineData("launch_worker", """{"worker_type":"a","worker_name":"a\nfail: forged"}""", 422)]
    public async Task Body_ThatWasWorthKeeping_IsAnsweredInOrder(string operation, string body, int status)
    {
        using var http = fixture.Manager.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);

        Assert.Equal(status, await AnswersInOrderAsync(http, operation, body));
    }

    [Fact]
    public void Name_AnyText_IsRefusedOrFitForKeysQueuesAndPaths() => AnyText.Sample(
        text =>
        {
            foreach (var value in new[]
            {
                JobType.TryParse(text, out var type) ? type.Value : null, JobId.TryParse(text, out var job) ? job.Value : null,
                AppName.TryParse(text, out var app) ? app.Value : null, KeyName.TryParse(text, out var key) ? key.Value : null,
                ScheduleName.TryParse(text, out var schedule) ? schedule.Value : null,
            })
            {
                Assert.True(value is null or { Length: > 0 and <= 128 }, value);
                Assert.True(value is null || (char.IsAsciiLetterOrDigit(value[0]) && value.All(c => char.IsAsciiLetterOrDigit(c) || "._:-~".Contains(c))), value);
            }
        },
        iter: Texts * Times);

    [Fact]
    public void Cron_AnyText_IsRefusedOrHasTimes() => AnyText.Sample(
        text => Refuses<InvalidRequestException>(() => ScheduleTimes
            .Of(new JobSchedule(ScheduleName.Parse("fuzz"), text, new Job { SchemaName = JobType.Parse("fuzz"), Payload = default }))
            .After(DateTimeOffset.UnixEpoch)),
        iter: Texts * Times);

    [Fact]
    public void Path_AnyText_IsRefusedOrLeadsBelowItsApp() => AnyText.Sample(
        text =>
        {
            if (AppPath.TryParse(text, out var path))
            {
                Assert.StartsWith("http://app/base", path.At(new Uri("http://app/base/")).AbsoluteUri, StringComparison.Ordinal);
            }
        },
        iter: Texts * Times);

    [Fact]
    public void Url_AnyText_IsRefusedOrOfHttpWithoutCredentials() => AnyText.Sample(
        text =>
        {
            if (Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var url) && new HttpUrlAttribute().IsValid(url))
            {
                Assert.True(url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" });
            }
        },
        iter: Texts * Times);

    [Fact]
    public void ConnectionString_AnyText_IsReadOrRefused() => AnyText.Sample(
        text => Refuses<FormatException>(() => MinioConnection.Parse(text)), iter: Texts * Times);

    [Theory]
    [InlineData("MINDTRACE_CLUSTER:DEFAULT_REDIS_URL")]
    [InlineData("MINDTRACE_CLUSTER:RABBITMQ_HOST")]
    [InlineData("MINDTRACE_CLUSTER:RABBITMQ_PORT")]
    [InlineData("MINDTRACE_CLUSTER:RABBITMQ_PASSWORD")]
    [InlineData("MINDTRACE_CLUSTER:MINIO_ENDPOINT")]
    [InlineData("MINDTRACE_CLUSTER:MINIO_SECRET_KEY")]
    [InlineData("MINDTRACE_CLUSTER:WORKER_PORTS_RANGE")]
    [InlineData("MINDTRACE_DEFAULT_HOST_URLS:CLUSTER_MANAGER")]
    public void Variable_AnyText_IsReadOrRefused(string name) => AnyText.Sample(
        text => Refuses<MindtraceVariableException>(() => MindtraceVariables.Read(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(name, (string?)text)]).Build(), isManager: true)),
        iter: Texts / 4 * Times);

    [Fact]
    public async Task Package_AnyChangeToAZip_IsReadOrRefused()
    {
        var zip = Zip.Of(("bin/worker.dll", "code"), ("bin/worker.runtimeconfig.json", "{}"), ("read.me", new string('x', 300))).ToArray();
        await Gen.Select(Gen.Int[0, zip.Length - 1], Gen.Byte).List[1, 6].SampleAsync(
            async changes =>
            {
                var package = zip.ToArray();
                foreach (var (at, value) in changes)
                {
                    package[at] = value;
                }

                await RefusesAsync<WorkerPackageException>(() => WorkerPackage.CheckAsync(new MemoryStream(package), new WorkerPackageLimits(1 << 20), Cancel));
            },
            iter: Texts * Times);
    }

    [Fact]
    public async Task Package_AnyBytes_AreRefused() => await Gen.Byte.Array[0, 200].SampleAsync(
        bytes => RefusesAsync<WorkerPackageException>(() => WorkerPackage.CheckAsync(new MemoryStream(bytes), new WorkerPackageLimits(1 << 20), Cancel)),
        iter: Texts * Times);

    private static async Task<int> AnswersInOrderAsync(HttpClient http, string operation, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(operation, content, Cancel).InTime();
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        var json = JsonElement.Parse(text);
        var status = (int)answer.StatusCode;
        Assert.True(status is 200 or (>= 400 and < 500) or 502 or 503, $"{operation} answered {status}: {text}");
        Assert.True(status == 200 || json.GetProperty("type").GetString()!.StartsWith(ProblemTypes.Prefix, StringComparison.Ordinal), text);
        return status;
    }

    private static void Refuses<TException>(Action read)
        where TException : Exception
    {
        try
        {
            read();
        }
        catch (TException)
        {
            // In the way that is meant for it.
        }
    }

    private static async Task RefusesAsync<TException>(Func<Task> read)
        where TException : Exception
    {
        try
        {
            await read();
        }
        catch (TException)
        {
            // In the way that is meant for it.
        }
    }
}
