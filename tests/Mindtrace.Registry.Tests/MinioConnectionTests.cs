using Microsoft.Extensions.Configuration;
using Mindtrace.Registry.Minio;

namespace Mindtrace.Registry.Tests;

public sealed class MinioConnectionTests
{
    private const string Secret = "s3cr3t=with/odd+characters";

    [Theory]
    [InlineData($"Endpoint=http://minio:9000;AccessKey=alice;SecretKey={Secret}", "minio-registry")]
    [InlineData($"secretkey={Secret};ACCESSKEY=alice;endpoint=http://minio:9000/;bucket=other", "other")]
    [InlineData($"Endpoint = http://minio:9000 ; AccessKey = alice ; SecretKey = '{Secret}' ; ", "minio-registry")]
    public void Parse_GoodString_HasItsParts(string text, string bucket)
    {
        var connection = MinioConnection.Parse(text);

        Assert.Equal(new Uri("http://minio:9000"), connection.Endpoint);
        Assert.Equal(("alice", Secret, bucket), (connection.AccessKey, connection.SecretKey, connection.Bucket));
        Assert.Equal($"http://minio:9000/{bucket}", connection.ToString());
    }

    [Theory]
    [InlineData("", "Endpoint")]
    [InlineData($"AccessKey=a;SecretKey={Secret}", "Endpoint")]
    [InlineData($"Endpoint=http://minio:9000;SecretKey={Secret}", "AccessKey")]
    [InlineData("Endpoint=http://minio:9000;AccessKey=a", "SecretKey")]
    [InlineData("Endpoint=http://minio:9000;AccessKey=a;SecretKey=", "SecretKey")]
    [InlineData($"Endpoint=minio:9000;AccessKey=a;SecretKey={Secret}", "http://host:port")]
    [InlineData($"Endpoint=ftp://minio;AccessKey=a;SecretKey={Secret}", "http://host:port")]
    [InlineData($"Endpoint=http://minio:9000/bucket;AccessKey=a;SecretKey={Secret}", "http://host:port")]
    [InlineData($"Endpoint=http://a:b@minio:9000;AccessKey=a;SecretKey={Secret}", "http://host:port")]
    [InlineData($"Endpoint=http://minio:9000;AccessKey=a;SecretKey={Secret};Bukket=b", "bukket")]
    [InlineData($"Endpoint=http://minio:9000;AccessKey=a;SecretKey={Secret};Bucket=No", "'No'")]
    [InlineData($"Endpoint=http://minio:9000;AccessKey=a;SecretKey='{Secret}", "malformed")]
    public void Parse_BadString_NamesTheFaultWithoutTheSecret(string text, string named)
    {
        var fault = Assert.Throws<FormatException>(() => MinioConnection.Parse(text));

        Assert.Contains(named, fault.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("s3cr3t", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FromConfiguration_ConnectionString_IsUsed()
    {
        var connection = MinioConnection.FromConfiguration(Configuration(
            ("ConnectionStrings:minio", "Endpoint=https://minio:9000;AccessKey=a;SecretKey=b")));

        Assert.Equal(new Uri("https://minio:9000"), connection.Endpoint);
    }

    [Fact]
    public void FromConfiguration_Nothing_SaysWhatToSet()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => MinioConnection.FromConfiguration(Configuration()));

        Assert.Contains("ConnectionStrings:minio", fault.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();
}
