using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>The user by which workers log in at the broker: it may consume, and neither declare, delete nor publish anything.</summary>
/// <remarks>Made by the management API, which AMQP has no word for. The broker keeps its users over restarts.</remarks>
/// <param name="http">Sends the requests.</param>
public sealed class RabbitMqWorkerUser(HttpClient http)
{
    private const string Nothing = "^$";
    private const string Everything = ".*";
    private const string DefaultHost = "/";

    /// <summary>Makes the user, or makes it anew.</summary>
    /// <param name="management">Where the management API is.</param>
    /// <param name="broker">The broker, with the user and password of an administrator; its path names the virtual host.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The user's name.</returns>
    /// <exception cref="UnauthorizedAccessException">The user of <paramref name="broker"/> is no administrator.</exception>
    /// <exception cref="JobBackendUnavailableException">The management API cannot be reached, or fails.</exception>
    public async Task<string> MakeAsync(Uri management, Uri broker, string password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(management);
        ArgumentNullException.ThrowIfNull(broker);
        var host = Uri.UnescapeDataString(broker.AbsolutePath.TrimStart('/'));
        var isDefault = host.Length == 0 || host == DefaultHost;
        var name = isDefault ? "mindtrace-worker" : $"mindtrace-worker-{host}";
        await PutAsync($"users/{Uri.EscapeDataString(name)}", new { password, tags = "" }).ConfigureAwait(false);
        await PutAsync(
            $"permissions/{Uri.EscapeDataString(isDefault ? DefaultHost : host)}/{Uri.EscapeDataString(name)}",
            new { configure = Nothing, write = Nothing, read = Everything }).ConfigureAwait(false);
        return name;

        async Task PutAsync(string path, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(management, "api/" + path)) { Content = JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.UserInfo))));
            try
            {
                using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                {
                    throw new UnauthorizedAccessException($"The broker's management API at {management} answered {(int)answer.StatusCode}: only an administrator makes users.");
                }

                answer.EnsureSuccessStatusCode();
            }
            catch (HttpRequestException fault)
            {
                throw new JobBackendUnavailableException($"The management API of RabbitMQ at {management} cannot be used.", fault);
            }
        }
    }
}
