using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services.Tests;

/// <summary>Which addresses are called at URLs that others gave.</summary>
public sealed class OutboundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("fe80::1")]
    [InlineData("febf::1%3")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    public void Address_IsLinkLocalOrOfMetadata_IsDenied(string address) => Assert.False(Addresses().Admits(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.1.1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("fd00::1")]
    [InlineData("169.253.255.255")]
    [InlineData("2001:db8::169")]
    public void Address_OfHostsAndTheirNetworks_IsAdmitted(string address) => Assert.True(Addresses().Admits(IPAddress.Parse(address)));

    [Fact]
    public void Address_OfNetworksInTheOptions_IsDecidedByThem()
    {
        var addresses = Addresses(options =>
        {
            options.AllowedNetworks.Add("169.254.10.0/24");
            options.DeniedNetworks.Add("10.0.0.0/8");
            options.DeniedNetworks.Add("169.254.10.7/32");
        });

        Assert.True(addresses.Admits(IPAddress.Parse("169.254.10.1")));
        Assert.True(addresses.Admits(IPAddress.Parse("::ffff:169.254.10.1")));
        Assert.False(addresses.Admits(IPAddress.Parse("169.254.10.7")));
        Assert.False(addresses.Admits(IPAddress.Parse("169.254.11.1")));
        Assert.False(addresses.Admits(IPAddress.Parse("::ffff:10.0.0.1")));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xA9.0xFE.0xA9.0xFE/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("http://[fe80::1]/")]
    public void Url_NamesADeniedAddress_IsRefusedHoweverItIsWritten(string url)
    {
        var refused = Assert.Throws<InvalidRequestException>(() => Addresses().Require(new Uri(url), "url"));

        Assert.Equal("url", Assert.Single(refused.Errors).Key);
    }

    [Fact]
    public async Task Connection_NameLeadsToADeniedAddress_IsNotMade()
    {
        await using var service = await SampleService.StartAsync();
        using var http = new HttpClient(new OutboundConnections(Addresses(DenyLoopback), new ServerCertificates(new TlsOptions())).CreateHandler());

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(new Uri($"http://localhost:{service.Address.Port}/health"), Cancel));

        Assert.Contains("'localhost' leads to", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_NameLeadsToAnAdmittedAddress_IsMade()
    {
        await using var service = await SampleService.StartAsync();
        using var http = new HttpClient(new OutboundConnections(Addresses(), new ServerCertificates(new TlsOptions())).CreateHandler());

        Assert.Equal("Healthy", await http.GetStringAsync(new Uri($"http://localhost:{service.Address.Port}/health"), Cancel));
    }

    [Fact]
    public async Task PeerClient_ServiceLeadsElsewhere_DoesNotFollow()
    {
        await using var other = await SampleService.StartAsync();
        var asked = 0;
        await using var leading = await StartLeadingAsync(new Uri(other.Address, "status"), () => asked++);
        await using var calling = await SampleService.StartAsync(builder => builder.Services.AddPeerClients());
        var peers = calling.App.Services.GetRequiredService<PeerClients>();

        var refused = await Assert.ThrowsAsync<OperationException>(() => peers.To(new Uri(leading.Urls.First())).CallAsync(ServiceOperations.Status, Cancel));

        Assert.Equal((307, 1), (refused.Status, asked));
    }

    [Fact]
    public async Task Options_HoldNoNetwork_StopTheStart()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => SampleService.StartAsync(builder =>
        {
            builder.Configuration["Outbound:DeniedNetworks:0"] = "10.0.0.0/33";
            builder.Services.AddPeerClients();
        }));

        Assert.Contains("'10.0.0.0/33', which is no network", failure.Message, StringComparison.Ordinal);
    }

    private static void DenyLoopback(OutboundOptions options)
    {
        options.DeniedNetworks.Add("127.0.0.0/8");
        options.DeniedNetworks.Add("::1/128");
    }

    private static OutboundAddresses Addresses(Action<OutboundOptions>? configure = null)
    {
        var options = new OutboundOptions();
        configure?.Invoke(options);
        return new OutboundAddresses(Options.Create(options));
    }

    private static async Task<WebApplication> StartLeadingAsync(Uri target, Action asked)
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(context =>
        {
            asked();
            context.Response.Redirect(target.AbsoluteUri, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        await app.StartAsync(Cancel);
        return app;
    }
}
