using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mindtrace.Services;

/// <summary>Turns the body of a request into the request of an operation, or into the problem with it.</summary>
internal sealed class RequestReader<TRequest>(JsonTypeInfo<TRequest> json, long maxBytes)
{
    private readonly RequestValidator<TRequest>? _validator = RequestValidator<TRequest>.For(json);

    /// <summary>Returns null for an operation without input, which reads nothing.</summary>
    public static RequestReader<TRequest>? For<TResponse>(Operation<TRequest, TResponse> operation, ServiceOptions options) =>
        typeof(TRequest) == typeof(Unit) ? null : new(operation.RequestJson, options.MaxRequestBytes);

    /// <summary>Reads a body that did not come by HTTP of its own.</summary>
    public Result Read(ReadOnlySpan<byte> body) =>
        body.Length > maxBytes ? new(RequestProblems.TooLarge(maxBytes)) : Parse(body);

    public async ValueTask<Result> ReadAsync(HttpContext context)
    {
        var http = context.Request;
        if (!JsonMediaType.IsAccepted(http.ContentType))
        {
            return new(RequestProblems.UnsupportedMediaType());
        }

        // The limit is ours alone: the server's own would cut off a client that is still sending before it has read the answer.
        // What is left of a refused body the server takes in and drops, for a few seconds at most.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null;
        }

        if (http.ContentLength > maxBytes)
        {
            return new(RequestProblems.TooLarge(maxBytes));
        }

        while (true)
        {
            var read = await http.BodyReader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > maxBytes)
            {
                http.BodyReader.AdvanceTo(read.Buffer.End);
                return new(RequestProblems.TooLarge(maxBytes));
            }

            if (read.IsCompleted)
            {
                try
                {
                    return Parse(read.Buffer);
                }
                finally
                {
                    http.BodyReader.AdvanceTo(read.Buffer.End);
                }
            }

            http.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private Result Parse(ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
        {
            // An absent body is an object without members: it misses what is required, and nothing else.
            return Parse("{}"u8);
        }

        if (body.IsSingleSegment)
        {
            return Parse(body.FirstSpan);
        }

        var length = (int)body.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(buffer);
            return Parse(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Result Parse(ReadOnlySpan<byte> body)
    {
        if (!JsonText.IsUnicode(body))
        {
            return new(RequestProblems.NotUnicode());
        }

        TRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(body, json);
        }
        catch (Exception e) when (RequestDiagnosis.IsRefusal(e))
        {
            return new(RequestDiagnosis.Explain(body.ToArray(), json));
        }

        if (request is null)
        {
            return new(RequestProblems.Invalid(
                new Dictionary<string, string[]> { [RequestProblems.Body] = ["must be an object, not null"] }));
        }

        return _validator?.Validate(request) is { } errors ? new(RequestProblems.Invalid(errors)) : new(request);
    }

    /// <summary>A request, or the problem that there is none.</summary>
    public readonly struct Result
    {
        public Result(TRequest request) => Request = request;

        public Result(Problem problem) => (Request, Problem) = (default!, problem);

        public TRequest Request { get; }

        public Problem? Problem { get; }
    }
}
