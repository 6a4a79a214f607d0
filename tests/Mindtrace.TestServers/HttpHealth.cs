namespace Mindtrace.TestServers;

/// <summary>Asks an HTTP server whether one of its addresses answers with success.</summary>
internal static class HttpHealth
{
    private static readonly HttpClient Client = new();

    public static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await Client.GetAsync(address, cancellationToken);
        return response.IsSuccessStatusCode;
    }
}
