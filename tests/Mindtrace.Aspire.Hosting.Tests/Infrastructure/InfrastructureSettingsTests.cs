using Microsoft.Extensions.Configuration;
using Mindtrace.Hosting.Infrastructure;

namespace Mindtrace.Hosting.Tests.Infrastructure;

public sealed class InfrastructureSettingsTests
{
    private static readonly string AppHostDirectory = Path.GetFullPath("apphost");

    [Fact]
    public void Read_NothingConfigured_DecidesAutomaticallyAndKeepsDataBesideTheAppHost()
    {
        var settings = Read();

        Assert.Equal(InfrastructureMode.Auto, settings.Mode);
        Assert.Equal(new ExternalServers(Redis: false, RabbitMq: false, Minio: false), settings.External);
        Assert.True(settings.KeepsData);
        Assert.Equal(Path.Combine(AppHostDirectory, ".mindtrace"), settings.DataDirectory);
    }

    [Theory]
    [InlineData("embedded", 2)]
    [InlineData(" Containers ", 1)]
    [InlineData("", 0)]
    public void Read_Mode_IsReadWithoutRegardToCase(string value, int expected) =>
        Assert.Equal((InfrastructureMode)expected, Read(("Infrastructure:Mode", value)).Mode);

    [Theory]
    [InlineData("Docker")]
    [InlineData("2")]
    [InlineData("Auto,Embedded")]
    public void Read_UnknownMode_FailsAndListsTheModes(string value)
    {
        var fault = Assert.Throws<DistributedApplicationException>(() => Read(("Infrastructure:Mode", value)));

        Assert.Equal($"Infrastructure:Mode is '{value}'. It is one of Auto, Containers, Embedded.", fault.Message);
    }

    [Fact]
    public void Read_UnderTest_LeavesADevelopersDataAlone()
    {
        var settings = Read(("DcpPublisher:RandomizePorts", "true"));

        Assert.False(settings.KeepsData);
        Assert.Null(settings.DataDirectory);
    }

    [Fact]
    public void Read_DataDirectory_IsRelativeToTheAppHost() =>
        Assert.Equal(Path.GetFullPath("data", AppHostDirectory), Read(("Infrastructure:DataDirectory", "data")).DataDirectory);

    [Fact]
    public void Read_ConnectionStrings_MakeServersExternal() =>
        Assert.Equal(
            new ExternalServers(Redis: true, RabbitMq: false, Minio: true),
            Read(("ConnectionStrings:redis", "localhost:6379"), ("ConnectionStrings:rabbitmq", " "), ("ConnectionStrings:minio", "Endpoint=http://s3")).External);

    private static InfrastructureSettings Read(params (string Key, string Value)[] values) =>
        InfrastructureSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build(),
            AppHostDirectory,
            new ServerNames(""));
}
