using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services;

/// <content>Operations whose request is bytes.</content>
public sealed partial class OperationGroup
{
    /// <summary>Maps an operation whose request is a stream of bytes, handed to the handler as it arrives.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="mediaTypes">What the body may be declared as; anything else is answered with 415.</param>
    /// <param name="maxBytes">
    /// The most bytes taken. A body that declares more is answered with 413; one that declares nothing is the handler's to stop.
    /// </param>
    /// <param name="handler">Reads the stream.</param>
    public void MapUpload<TResponse, TService>(
        Operation<Stream, TResponse> operation,
        string[] mediaTypes,
        Func<TService, long> maxBytes,
        Func<Stream, TService, CancellationToken, Task<TResponse>> handler)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(mediaTypes);
        ArgumentNullException.ThrowIfNull(maxBytes);
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService>(operation);
        _catalog.Add(operation);
        var builder = _endpoints.MapPost("/" + operation.Name, AnswerAsync);
        builder.WithMetadata(new AcceptsMetadata(mediaTypes, typeof(Stream)));
        DescribeProblems(builder, ProblemsWithInput);
        builder.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, operation.ResponseType, [JsonMediaType.Json]));
        Describe(builder, operation, handler.Method);

        async Task AnswerAsync(HttpContext context)
        {
            // See RequestReader: the server's own limit would cut off a client before it has read the answer.
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            {
                server.MaxRequestBodySize = null;
            }

            var service = context.RequestServices.GetRequiredService<TService>();
            if (maxBytes(service) is var limit && context.Request.ContentLength > limit)
            {
                await RequestProblems.TooLarge(limit).WriteAsync(context);
                return;
            }

            var response = await handler(context.Request.Body, service, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(response, operation.ResponseJson, JsonMediaType.Json, context.RequestAborted);
        }
    }
}
