using System.Net.Http.Headers;

namespace Mindtrace.Services.Tests;

/// <summary>Operations whose request is bytes.</summary>
public sealed class UploadTests : IAsyncLifetime
{
    private const int MaxBytes = 2 * SampleService.MaxRequestBytes;

    private static readonly Operation<Stream, Tally> CountBytes = new("count_bytes", Role.Operator);

    private SampleService _service = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await SampleService.StartAsync(map: operations => operations.MapUpload(
        CountBytes,
        ["application/x-bytes"],
        (OrderDesk _) => MaxBytes,
        async (upload, _, cancellationToken) =>
        {
            var bytes = new MemoryStream();
            await upload.CopyToAsync(bytes, cancellationToken);
            return bytes.Length == 13 ? throw new InvalidRequestException("body", "must not have 13 bytes") : new Tally((int)bytes.Length);
        }));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MaxBytes)]
    public async Task Upload_UpToItsOwnLimit_ReachesTheHandler(int bytes)
    {
        var tally = await _service.Client.UploadAsync(CountBytes, new MemoryStream(new byte[bytes]), "application/x-bytes", Cancel);
        Assert.Equal(bytes, tally.OrderCount);
    }

    [Fact]
    public async Task Upload_MoreThanTheLimit_Is413AndNamesIt()
    {
        var refusal = await Assert.ThrowsAsync<OperationException>(() =>
            _service.Client.UploadAsync(CountBytes, new MemoryStream(new byte[MaxBytes + 1]), "application/x-bytes", Cancel));

        Assert.Equal((413, ProblemTypes.RequestTooLarge), (refusal.Status, refusal.ProblemType));
        Assert.Contains($"{MaxBytes} bytes", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_HandlerRefuses_IsItsProblem()
    {
        var refusal = await Assert.ThrowsAsync<OperationException>(() =>
            _service.Client.UploadAsync(CountBytes, new MemoryStream(new byte[13]), "application/x-bytes", Cancel));

        Assert.Equal((422, "must not have 13 bytes"), (refusal.Status, refusal.Errors["body"].Single()));
    }

    [Fact]
    public async Task Upload_OfAnotherMediaType_Is415() =>
        (await _service.PostAsync("count_bytes", "{}")).AssertProblem(415, "unsupported-media-type");

    [Fact]
    public async Task Upload_WithoutKey_Is401()
    {
        using var http = new HttpClient();
        using var body = new ByteArrayContent([1]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-bytes");

        var answer = await Answer.OfAsync(await http.PostAsync(new Uri(_service.Address, "count_bytes"), body, Cancel));

        answer.AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Upload_IsListedAmongTheEndpoints() =>
        Assert.Contains("count_bytes", (await _service.Client.CallAsync(ServiceOperations.Endpoints, Cancel)).Endpoints);
}
