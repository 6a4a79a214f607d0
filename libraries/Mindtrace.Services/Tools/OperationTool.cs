using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Mindtrace.Services;

/// <summary>Answers the tool calls of one operation in the way that <see cref="OperationEndpoint{TRequest, TResponse}"/> answers its HTTP requests.</summary>
internal sealed class OperationTool<TRequest, TResponse> : McpServerTool, IOperationTool
{
    private readonly Operation<TRequest, TResponse> _operation;
    private readonly Func<TRequest, IServiceProvider, CancellationToken, Task<TResponse>> _handler;
    private readonly RequestReader<TRequest>? _reader;
    private readonly ExceptionProblems _problems;
    private readonly AuditLog _audit;

    public OperationTool(
        Operation<TRequest, TResponse> operation,
        Func<TRequest, IServiceProvider, CancellationToken, Task<TResponse>> handler,
        ServiceOptions options,
        ExceptionProblems problems,
        AuditLog audit)
    {
        _operation = operation;
        _handler = handler;
        _reader = RequestReader<TRequest>.For(operation, options);
        _problems = problems;
        _audit = audit;
        Metadata = [new AuthorizeAttribute { Roles = operation.Role.ToString() }];
        ProtocolTool = new Tool
        {
            Name = operation.Name,
            Description = operation.Description,
            InputSchema = ToolSchema.OfInput(operation.RequestJson),
            OutputSchema = ToolSchema.OfOutput(operation.ResponseJson),
            Annotations = new() { ReadOnlyHint = operation.Role == Role.Viewer },
        };
    }

    public override Tool ProtocolTool { get; }

    public Operation Operation => _operation;

    public override IReadOnlyList<object> Metadata { get; }

    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        if (!_operation.IsAudited)
        {
            return (await AnswerAsync(request, call: null, cancellationToken)).Result;
        }

        var context = request.Services!.GetRequiredService<IHttpContextAccessor>().HttpContext!;
        var call = new AuditedCall(_operation, _audit, context);
        var (result, status) = await AnswerAsync(request, call, cancellationToken);
        await call.RecordAsync(status);
        return result;
    }

    private async Task<(CallToolResult Result, int Status)> AnswerAsync(
        RequestContext<CallToolRequestParams> request, AuditedCall? call, CancellationToken cancellationToken)
    {
        try
        {
            TRequest input = default!;
            if (_reader is not null)
            {
                var read = _reader.Read(ToolArguments.ToJson(request.Params.Arguments, _operation.RequestJson));
                if (read.Problem is not null)
                {
                    return (ToolResults.Refusal(read.Problem), read.Problem.Status);
                }

                input = read.Request;
            }

            if (call is not null)
            {
                call.Target = _operation.Audit!(input);
            }

            var response = await _handler(input, request.Services!, cancellationToken);
            return (ToolResults.Answer(JsonSerializer.SerializeToElement(response, _operation.ResponseJson), ProtocolTool.OutputSchema is not null), StatusCodes.Status200OK);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var problem = _problems.Explain("/" + _operation.Name, e);
            return (ToolResults.Refusal(problem), problem.Status);
        }
    }
}
