using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Mindtrace.Services;

namespace Mindtrace.Testing;

/// <summary>Answers what a client sends to a manager, without a network: the operations on jobs, by the rules of the store.</summary>
internal sealed partial class TestManager : HttpMessageHandler
{
    private readonly Dictionary<string, Func<byte[], CancellationToken, Task<byte[]>>> _operations = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var name = request.RequestUri!.AbsolutePath.Trim('/');
        if (request.Method != HttpMethod.Post || !_operations.TryGetValue(name, out var run))
        {
            throw new NotSupportedException(
                $"The test cluster has no {request.Method} {name}. It has jobs, job types and dead letters; for all else, test against a real cluster.");
        }

        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Answer(HttpStatusCode.OK, "application/json", await run(body, cancellationToken).ConfigureAwait(false));
        }
        catch (RefusedException refused)
        {
            var problem = JsonSerializer.SerializeToUtf8Bytes(refused.Problem, ServiceJson.Options);
            return Answer((HttpStatusCode)refused.Problem.Status, "application/problem+json", problem);
        }
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string mediaType, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return new HttpResponseMessage(status) { Content = content };
    }

    private void Map<TRequest, TResponse>(Operation<TRequest, TResponse> operation, Func<TRequest, CancellationToken, Task<TResponse>> handler) =>
        _operations.Add(operation.Name, async (body, cancellationToken) =>
        {
            var request = typeof(TRequest) == typeof(Unit) ? default! : JsonSerializer.Deserialize(body, operation.RequestJson)!;
            Check(request);
            return JsonSerializer.SerializeToUtf8Bytes(await handler(request, cancellationToken).ConfigureAwait(false), operation.ResponseJson);
        });

    /// <summary>Applies the rules that a request states itself.</summary>
    private static void Check(object? request)
    {
        var faults = new List<ValidationResult>();
        if (request is not null && !Validator.TryValidateObject(request, new ValidationContext(request), faults, validateAllProperties: true))
        {
            throw new RefusedException(Problem.ForStatus((int)HttpStatusCode.UnprocessableEntity) with
            {
                Detail = string.Join("; ", faults.Select(fault => $"{string.Join(", ", fault.MemberNames)} {fault.ErrorMessage}")),
            });
        }
    }

    /// <summary>An operation is refused, as a real manager would refuse it.</summary>
    private sealed class RefusedException(Problem problem) : Exception(problem.Detail)
    {
        public Problem Problem { get; } = problem;
    }
}
