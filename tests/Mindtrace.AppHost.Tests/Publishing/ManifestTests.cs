using System.Text.Json;

namespace Mindtrace.AppHost.Tests.Publishing;

/// <summary>The manifest, and the container apps that it describes.</summary>
public sealed class ManifestTests(PublishedApplication published) : IClassFixture<PublishedApplication>
{
    private static readonly string[] Servers = ["redis", "rabbitmq", "minio"];
    private static readonly string[] Services = ["manager", "node", "worker"];

    public static TheoryData<string> Apps => [.. Servers, .. Services];

    [Fact]
    public void Manifest_HoldsTheClusterAndNothingOfALaptop()
    {
        Assert.All([.. Servers, .. Services], name => Assert.Contains(name, published.Names));
        Assert.DoesNotContain("quickstart", published.Names);
        Assert.DoesNotContain("embedded-redis", published.Names);
    }

    [Fact]
    public void Manifest_IsWhatAzdReads()
    {
        string[] types = ["container.v1", "project.v1", "parameter.v0", "value.v0", "annotated.string"];
        string[] schemes = ["http", "https", "tcp"];
        foreach (var resource in published.Resources.EnumerateObject())
        {
            Assert.Contains(resource.Value.GetProperty("type").GetString(), types);
            Assert.All(Bindings(resource.Name), binding => Assert.Contains(binding.GetProperty("scheme").GetString(), schemes));
        }

        // Each parameter of a module is given, and nothing that it does not take; azd knows the location.
        foreach (var name in Servers.Concat(Services))
        {
            var given = published.Resources.GetProperty(name).GetProperty("deployment").GetProperty("params").EnumerateObject().Select(p => p.Name);
            var taken = published.Template(name).GetProperty("parameters").EnumerateObject().Select(p => p.Name).Except(["location"]);
            Assert.Equal(taken.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Servers_Restarted_HaveTheirData()
    {
        foreach (var server in Servers)
        {
            var volume = Assert.Single(published.Resources.GetProperty(server).GetProperty("volumes").EnumerateArray());
            var container = Container(server);
            Assert.Equal(volume.GetProperty("target").GetString(), container.GetProperty("volumeMounts")[0].GetProperty("mountPath").GetString());
            Assert.Equal("AzureFile", published.ContainerApp(server).GetProperty("template").GetProperty("volumes")[0].GetProperty("storageType").GetString());
        }

        Assert.EndsWith("--appendonly yes --save ''", Container("redis").GetProperty("args").EnumerateArray().Last().GetString(), StringComparison.Ordinal);
        Assert.Equal("rabbitmq@localhost", Variable("rabbitmq", "RABBITMQ_NODENAME").GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("redis", 1, 1)]
    [InlineData("rabbitmq", 1, 1)]
    [InlineData("minio", 1, 1)]
    [InlineData("manager", 2, 3)]
    [InlineData("node", 1, 1)]
    [InlineData("worker", 1, 1)]
    public void App_Scale_NeverToZeroAndOneWhereThereCanBeOnlyOne(string app, int min, int max)
    {
        var scale = published.ContainerApp(app).GetProperty("template").GetProperty("scale");
        Assert.Equal((min, max), (scale.GetProperty("minReplicas").GetInt32(), scale.GetProperty("maxReplicas").GetInt32()));
    }

    [Fact]
    public void Ingress_IsInternalExceptForTheManager()
    {
        foreach (var name in Servers.Concat(Services))
        {
            var isManager = name == "manager";
            var ingress = published.ContainerApp(name).GetProperty("configuration").GetProperty("ingress");
            Assert.Equal(isManager, ingress.GetProperty("external").GetBoolean());
            Assert.All(Bindings(name), binding => Assert.Equal(isManager, binding.TryGetProperty("external", out var open) && open.GetBoolean()));
        }

        // Keys do not travel in the clear, neither from outside nor from node and worker, whose requests take the same way.
        var manager = published.ContainerApp("manager").GetProperty("configuration").GetProperty("ingress");
        Assert.False(manager.TryGetProperty("allowInsecure", out var insecure) && insecure.GetBoolean());
        Assert.Equal("sticky", manager.GetProperty("stickySessions").GetProperty("affinity").GetString());
        Assert.All(["node", "worker"], service => Assert.Equal("{manager.bindings.https.url}", Environment(service, "Manager__BaseAddress")));
    }

    [Theory]
    [MemberData(nameof(Apps))]
    public void App_HasProbes(string app)
    {
        var probes = Container(app).GetProperty("probes").EnumerateArray().ToDictionary(probe => probe.GetProperty("type").GetString()!);
        Assert.Equal(["Liveness", "Readiness", "Startup"], probes.Keys.Order(StringComparer.Ordinal));
        if (Services.Contains(app))
        {
            Assert.Equal("/alive", probes["Liveness"].GetProperty("httpGet").GetProperty("path").GetString());
            Assert.Equal("/health", probes["Readiness"].GetProperty("httpGet").GetProperty("path").GetString());
        }
        else
        {
            Assert.All(probes.Values, probe => Assert.True(probe.GetProperty("tcpSocket").GetProperty("port").GetInt32() > 0));
        }
    }

    [Fact]
    public void Secrets_AreSecureParametersAndNoPlainVariables()
    {
        var inputs = published.Resources.EnumerateObject().Where(resource => resource.Value.GetProperty("type").GetString() == "parameter.v0").ToList();
        Assert.All(["api-key", "node-key", "worker-key", "redis-password", "rabbitmq-password", "minio-secret-key"], name => Assert.Contains(inputs, input => input.Name == name));
        Assert.All(inputs, input =>
        {
            var value = input.Value.GetProperty("inputs").GetProperty("value");
            Assert.True(value.GetProperty("secret").GetBoolean());
            Assert.True(value.GetProperty("default").GetProperty("generate").GetProperty("minLength").GetInt32() >= 16);
        });

        string[] secrets =
        [
            "Security__ApiKey", "Security__NodeKey", "Security__WorkerKey", "ConnectionStrings__redis", "ConnectionStrings__rabbitmq", "ConnectionStrings__minio",
            "REDIS_PASSWORD", "RABBITMQ_DEFAULT_PASS", "MINIO_ROOT_PASSWORD",
        ];
        var seen = new HashSet<string>();
        foreach (var app in Servers.Concat(Services))
        {
            var parameters = published.Template(app).GetProperty("parameters");
            foreach (var variable in Variables(app).Where(variable => secrets.Contains(variable.GetProperty("name").GetString())))
            {
                var name = variable.GetProperty("name").GetString()!;
                seen.Add(name);
                Assert.False(variable.TryGetProperty("value", out _), $"{name} of {app} is plain.");
                Assert.Equal("securestring", parameters.GetProperty($"env_{name}").GetProperty("type").GetString());
            }
        }

        Assert.Equal(secrets.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Services_KnowTheirKeyTheirNameAndTheirAddress()
    {
        Assert.Equal(
            ["{api-key.value}", "{node-key.value}", "{worker-key.value}"],
            ((string[])["manager", "node", "worker"]).Select(service => Environment(service, "Security__ApiKey")));
        Assert.Equal("{node-key.value}", Environment("manager", "Security__NodeKey"));
        Assert.Equal("{worker-key.value}", Environment("manager", "Security__WorkerKey"));
        foreach (var service in Services)
        {
            Assert.Equal($"{{{service}.bindings.http.host}}", Environment(service, "Security__AllowedHosts__0"));
        }

        Assert.Equal("{manager.bindings.https.url}", Environment("manager", "Mindtrace__Service__Url"));
        Assert.Equal("{node.bindings.http.url}", Environment("node", "Mindtrace__Service__Url"));
        Assert.DoesNotContain(Variables("manager"), variable => variable.GetProperty("name").GetString() == "HTTPS_PORTS");
    }

    private JsonElement Container(string app) => published.ContainerApp(app).GetProperty("template").GetProperty("containers")[0];

    private JsonElement.ArrayEnumerator Variables(string app) => Container(app).GetProperty("env").EnumerateArray();

    private JsonElement Variable(string app, string name) => Variables(app).Single(variable => variable.GetProperty("name").GetString() == name);

    private string? Environment(string app, string name) => published.Resources.GetProperty(app).GetProperty("env").GetProperty(name).GetString();

    private IEnumerable<JsonElement> Bindings(string resource) => published.Resources.GetProperty(resource).TryGetProperty("bindings", out var bindings)
        ? bindings.EnumerateObject().Select(binding => binding.Value) : [];
}
