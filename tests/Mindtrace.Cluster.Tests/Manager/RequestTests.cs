using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What the manager refuses, and how it says so.</summary>
public sealed class RequestTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("submit_job", """{"schema_name":"a","payload":{},"priority":256}""", "priority")]
    [InlineData("submit_job", """{"schema_name":"a","payload":{},"priority":-1}""", "priority")]
    [InlineData("submit_job", """{"schema_name":"a","payload":{},"max_attempts":0}""", "max_attempts")]
    [InlineData("submit_job", """{"schema_name":"a","payload":{},"timeout":-1}""", "timeout")]
    [InlineData("submit_job", """{"schema_name":"a b","payload":{}}""", "schema_name")]
    [InlineData("submit_job", """{"schema_name":"","payload":{}}""", "schema_name")]
    [InlineData("submit_job", """{"payload":{}}""", "schema_name")]
    [InlineData("submit_job", """{"schema_name":"a"}""", "payload")]
    [InlineData("submit_job", """{"id":"a b","schema_name":"a","payload":{}}""", "id")]
    [InlineData("get_job_status", "{}", "job_id")]
    [InlineData("wait_for_job", """{"job_id":"a","timeout_seconds":-1}""", "timeout_seconds")]
    [InlineData("wait_for_job", """{"job_id":"a","timeout_seconds":3601}""", "timeout_seconds")]
    [InlineData("wait_for_job", """{"job_id":"a","timeout_seconds":1e300}""", "timeout_seconds")]
    [InlineData("register_worker_type", """{"worker_name":"a@1","worker_class":"EchoWorker"}""", "worker_name")]
    [InlineData("register_job_to_worker", """{"job_type":"a"}""", "worker_url")]
    [InlineData("register_job_to_worker", """{"job_type":"a","worker_url":"no/url"}""", "worker_url")]
    [InlineData("register_job_to_worker", """{"job_type":"a","worker_url":"ftp://127.0.0.1/"}""", "worker_url")]
    [InlineData("register_job_to_worker", """{"job_type":"a","worker_url":"http://169.254.169.254/"}""", "worker_url")]
    [InlineData("register_worker", """{"worker_id":"a","worker_url":"http://[fe80::1]:80/","job_types":["a"]}""", "worker_url")]
    [InlineData("register_node", """{"node_url":"http://[::ffff:169.254.169.254]/"}""", "node_url")]
    [InlineData("register_app", """{"name":"metadata","url":"http://2852039166/latest/"}""", "url")]
    [InlineData("register_app", """{"name":"files","url":"file:///etc/passwd"}""", "url")]
    [InlineData("register_app", """{"name":"keys","url":"http://user:password@localhost/"}""", "url")]
    [InlineData("launch_worker", """{"node_url":"no/url","worker_type":"a"}""", "node_url")]
    [InlineData("launch_worker_status", """{"node_url":"no/url","launch_id":"8f6ae9b6-5f1c-4d0c-a7f5-6a4b4f3d3f4e"}""", "node_url")]
    [InlineData("schedule_job", """{"name":"a b","cron":"@daily","job":{"schema_name":"a","payload":{}}}""", "name")]
    [InlineData("schedule_job", """{"name":"a","cron":"61 * * * *","job":{"schema_name":"a","payload":{}}}""", "cron")]
    [InlineData("schedule_job", """{"name":"a","cron":"@daily","time_zone":"Mars","job":{"schema_name":"a","payload":{}}}""", "time_zone")]
    [InlineData("schedule_job", """{"name":"a","cron":"@daily","catch_up":101,"job":{"schema_name":"a","payload":{}}}""", "catch_up")]
    [InlineData("schedule_job", """{"name":"a","job":{"schema_name":"a","payload":{}}}""", "cron")]
    [InlineData("schedule_job", """{"name":"a","cron":"@daily"}""", "job")]
    [InlineData("unschedule_job", "{}", "name")]
    public async Task Request_FieldIsWrong_Is422AndNamesIt(string operation, string body, string field)
    {
        using var answer = await PostAsync(operation, body, ManagerProgram.ApiKey);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(ProblemTypes.InvalidRequest, problem.GetProperty("type").GetString());
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task EveryOperation_MalformedBody_IsRefusedNamingTheField()
    {
        using var http = fixture.Manager.CreateClient();
        await MalformedBodies.AreRefusedAsync(http, fixture.Manager.Services.GetRequiredService<OperationCatalog>());
    }

    [Fact]
    public async Task Operation_CalledWithoutKey_Is401()
    {
        var operations = fixture.Manager.Services.GetRequiredService<OperationCatalog>().Operations;
        Assert.NotEmpty(operations);
        foreach (var operation in operations)
        {
            using var answer = await PostAsync(operation.Name, "{}", key: null);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{operation} answered {answer.StatusCode}");
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string operation, string body, string? key)
    {
        using var http = fixture.Manager.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, operation) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await http.SendAsync(request, Cancel);
    }
}
