using System.Net.Http.Headers;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>Plain HTTP requests to a manager, with its key.</summary>
internal static class GatewayRequests
{
    /// <summary>Makes a client that is no client of operations.</summary>
    public static HttpClient PlainClient(this ManagerProgram manager) => new()
    {
        BaseAddress = manager.Url,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey) },
    };

    public static Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, HttpContent? content = null) =>
        client.SendAsync(
            new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content },
            HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).InTime();

    public static Task<string> TextAsync(this HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime();
}
