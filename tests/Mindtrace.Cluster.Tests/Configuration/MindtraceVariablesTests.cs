using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mindtrace.Registry.Minio;
using StackExchange.Redis;

namespace Mindtrace.Cluster.Tests.Configuration;

public sealed class MindtraceVariablesTests
{
    [Theory]
    [InlineData("MINDTRACE_CLUSTER__DEFAULT_REDIS_URL=redis://store", "ConnectionStrings:redis=store:6379")]
    [InlineData("MINDTRACE_CLUSTER__DEFAULT_REDIS_URL=redis://store:6380/", "ConnectionStrings:redis=store:6380")]
    [InlineData("MINDTRACE_WORKER__DEFAULT_REDIS_URL=redis://store:6380/3", "ConnectionStrings:redis=store:6380,defaultDatabase=3")]
    [InlineData(
        "MINDTRACE_WORKER__DEFAULT_REDIS_URL=redis://mine MINDTRACE_CLUSTER__DEFAULT_REDIS_URL=redis://the-clusters",
        "ConnectionStrings:redis=the-clusters:6379")]
    [InlineData(
        "MINDTRACE_CLUSTER__RABBITMQ_HOST=broker",
        "ConnectionStrings:rabbitmq=amqp://user:password@broker:5672 Queue:Backend=RabbitMq")]
    [InlineData(
        "MINDTRACE_CLUSTER__RABBITMQ_PORT=5673 MINDTRACE_CLUSTER__RABBITMQ_USERNAME=ada MINDTRACE_CLUSTER__RABBITMQ_PASSWORD=p@ss/word",
        "ConnectionStrings:rabbitmq=amqp://ada:p%40ss%2Fword@localhost:5673 Queue:Backend=RabbitMq")]
    [InlineData("MINDTRACE_CLUSTER__RABBITMQ_HOST=::1", "ConnectionStrings:rabbitmq=amqp://user:password@[::1]:5672 Queue:Backend=RabbitMq")]
    [InlineData("MINDTRACE_DEFAULT_HOST_URLS__SERVICE=http://localhost:8000/", "urls=http://localhost:8000")]
    [InlineData("MINDTRACE_DEFAULT_HOST_URLS__CLUSTER_MANAGER=http://localhost:8090", "")]
    [InlineData("MINDTRACE_DEFAULT_HOST_URLS__SERVICE=http://localhost:8000 http_ports=8080", "")]
    [InlineData("MINDTRACE_CLUSTER__WORKER_PORTS_RANGE=8200-8202", "Node:WorkerPorts=8200-8202")]
    [InlineData("MINDTRACE_CLUSTER__WORKER_PORTS_RANGE=8200,8202", "Node:WorkerPorts=8200-8202")]
    [InlineData("MINDTRACE_MCP__MOUNT_PATH=/tools", "Mcp:Path=/tools/mcp")]
    [InlineData("MINDTRACE_MCP__MOUNT_PATH=/tools/ MINDTRACE_MCP__HTTP_APP_PATH=/v1/x", "Mcp:Path=/tools/v1/x")]
    [InlineData("MINDTRACE_DIR_PATHS__ROOT=/srv/mindtrace", "Mindtrace:Service:PidDirectory=/srv/mindtrace/pids")]
    [InlineData("MINDTRACE_DIR_PATHS__ROOT=/srv/mindtrace MINDTRACE_DIR_PATHS__SERVER_PIDS_DIR=/run/pids", "Mindtrace:Service:PidDirectory=/run/pids")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_REGISTRY_URI=/var/cache/registry", "")]
    [InlineData("MINDTRACE_CLUSTER__RABBITMQ_HOST=", "")]
    [InlineData("", "")]
    public void Variables_BecomeSettings(string variables, string settings) => Assert.Equal(
        settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
        Read(variables).Settings.Select(setting => $"{setting.Key}={setting.Value}").Order());

    [Fact]
    public void ManagerUrl_IsTheManagersAlone()
    {
        const string Variables = "MINDTRACE_DEFAULT_HOST_URLS__SERVICE=http://localhost:8000 MINDTRACE_DEFAULT_HOST_URLS__CLUSTER_MANAGER=http://localhost:8090";

        Assert.Equal("http://localhost:8090", Read(Variables, isManager: true).Settings["urls"]);
        Assert.Equal("http://localhost:8000", Read(Variables).Settings["urls"]);
    }

    [Fact]
    public void RedisUrlWithLoginAndTls_IsUnderstoodByTheClient()
    {
        var settings = Read("MINDTRACE_CLUSTER__DEFAULT_REDIS_URL=rediss://ada:p%40ss=word@store:6390/2").Settings;

        var redis = ConfigurationOptions.Parse(settings["ConnectionStrings:redis"]!);

        Assert.Equal(("ada", "p@ss=word", 2, true), (redis.User, redis.Password, redis.DefaultDatabase, redis.Ssl));
        Assert.Equal("store:6390", redis.EndPoints.Single().ToString()!.Split('/')[^1]);
    }

    [Theory]
    [InlineData("MINDTRACE_CLUSTER__MINIO_HOST=store", "http://store:9000/", "minioadmin", "minio-registry")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_HOST=store MINDTRACE_CLUSTER__MINIO_PORT=9005", "http://store:9005/", "minioadmin", "minio-registry")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_ENDPOINT=store:9001 MINDTRACE_CLUSTER__MINIO_PORT=9005", "http://store:9001/", "minioadmin", "minio-registry")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_ENDPOINT=http://store", "http://store:9000/", "minioadmin", "minio-registry")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_ENDPOINT=https://store:443", "https://store/", "minioadmin", "minio-registry")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_SECRET_KEY=a;b=\"c MINDTRACE_CLUSTER__MINIO_BUCKET=workers", "http://localhost:9000/", "a;b=\"c", "workers")]
    public void MinioVariables_BecomeAConnection(string variables, string endpoint, string secretKey, string bucket)
    {
        var settings = Read(variables).Settings;

        var connection = MinioConnection.Parse(settings["ConnectionStrings:minio"]!);

        Assert.Equal((new Uri(endpoint), "minioadmin", secretKey, bucket), (connection.Endpoint, connection.AccessKey, connection.SecretKey, connection.Bucket));
        Assert.Equal("Minio", settings["Registry:Backend"]);
    }

    [Theory]
    [InlineData("MINDTRACE_CLUSTER__DEFAULT_REDIS_URL", "http://:hunter2@store", "redis://")]
    [InlineData("MINDTRACE_CLUSTER__DEFAULT_REDIS_URL", "redis://:hunter2@store/first", "[/database]")]
    [InlineData("MINDTRACE_WORKER__DEFAULT_REDIS_URL", "redis://:hunter2,x@store", "without a comma")]
    [InlineData("MINDTRACE_CLUSTER__RABBITMQ_HOST", "amqp://broker", "a host name")]
    [InlineData("MINDTRACE_CLUSTER__RABBITMQ_PORT", "amqp", "a port from 1 to 65535")]
    [InlineData("MINDTRACE_CLUSTER__RABBITMQ_PORT", "70000", "a port from 1 to 65535")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_ENDPOINT", "http://ada:hunter2@store", "http://host:port")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_HOST", "two words", "a host name")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_PORT", "0", "a port from 1 to 65535")]
    [InlineData("MINDTRACE_CLUSTER__MINIO_BUCKET", "My_Bucket", "lower-case letters")]
    [InlineData("MINDTRACE_CLUSTER__WORKER_PORTS_RANGE", "8092", "8092-8111")]
    [InlineData("MINDTRACE_CLUSTER__WORKER_PORTS_RANGE", "8111-8092", "the lower first")]
    [InlineData("MINDTRACE_DEFAULT_HOST_URLS__SERVICE", "localhost:8000", "a URL such as")]
    [InlineData("MINDTRACE_MCP__MOUNT_PATH", "mcp-server", "a path such as /mcp-server")]
    [InlineData("MINDTRACE_MCP__HTTP_APP_PATH", "/", "a path such as /mcp")]
    public void WrongValue_NamesTheVariableAndWhatWasExpected(string name, string value, string expected)
    {
        var fault = Assert.Throws<MindtraceVariableException>(() => Read((name, value)));

        Assert.StartsWith(name + " ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void SeveralWrongValues_AreAllNamed()
    {
        var fault = Assert.Throws<MindtraceVariableException>(() =>
            Read("MINDTRACE_CLUSTER__RABBITMQ_PORT=x MINDTRACE_CLUSTER__WORKER_PORTS_RANGE=y"));

        Assert.Equal(["MINDTRACE_CLUSTER__RABBITMQ_PORT", "MINDTRACE_CLUSTER__WORKER_PORTS_RANGE"], fault.Message.Split('\n').Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task Builder_OwnSettingsGoFirst_AndTheStartNamesTheVariables()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MINDTRACE_CLUSTER:RABBITMQ_PASSWORD"] = "hunter2",
            ["MINDTRACE_CLUSTER:WORKER_PORTS_RANGE"] = "8200-8202",
            ["Queue:Backend"] = "Redis",
        });
        using var log = new ReportLog();
        builder.Logging.AddProvider(log);

        builder.AddMindtraceVariables();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("Redis", builder.Configuration["Queue:Backend"]);
        Assert.Equal("8200-8202", builder.Configuration["Node:WorkerPorts"]);
        var line = Assert.Single(log.Lines);
        Assert.Contains("MINDTRACE_CLUSTER__RABBITMQ_PASSWORD, MINDTRACE_CLUSTER__WORKER_PORTS_RANGE", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    private static MindtraceVariables Read(string variables, bool isManager = false) => Read(
        isManager, [.. variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('=', 2)).Select(pair => (pair[0], pair[1]))]);

    private static MindtraceVariables Read(params (string Name, string Value)[] variables) => Read(isManager: false, variables);

    private static MindtraceVariables Read(bool isManager, (string Name, string Value)[] variables) => MindtraceVariables.Read(
        new ConfigurationBuilder().AddInMemoryCollection(variables.Select(variable =>
            KeyValuePair.Create(variable.Name.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value))).Build(),
        isManager);

    /// <summary>Keeps what the report says.</summary>
    private sealed class ReportLog : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(MindtraceVariablesReport).FullName ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
