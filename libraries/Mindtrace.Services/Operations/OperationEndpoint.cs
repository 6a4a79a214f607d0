using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>Answers the HTTP requests of one operation: reads the body, calls the handler, writes the result.</summary>
internal sealed class OperationEndpoint<TRequest, TResponse>(
    Operation<TRequest, TResponse> operation,
    Func<TRequest, IServiceProvider, CancellationToken, Task<TResponse>> handler,
    ServiceOptions options)
{
    private readonly RequestReader<TRequest>? _reader = RequestReader<TRequest>.For(operation, options);

    public async Task AnswerAsync(HttpContext context)
    {
        TRequest request = default!;
        if (_reader is not null)
        {
            var read = await _reader.ReadAsync(context);
            if (read.Problem is not null)
            {
                await read.Problem.WriteAsync(context);
                return;
            }

            request = read.Request;
        }

        if (operation.Audit is { } target && context.Features.Get<AuditedCall>() is { } call)
        {
            call.Target = target(request);
        }

        var response = await handler(request, context.RequestServices, context.RequestAborted);

        // Serialized whole before the first byte leaves: a value that cannot be written is still a clean 500.
        var body = JsonSerializer.SerializeToUtf8Bytes(response, operation.ResponseJson);
        context.Response.ContentType = JsonMediaType.Json;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
