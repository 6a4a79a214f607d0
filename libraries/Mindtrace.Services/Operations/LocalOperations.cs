using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services;

/// <summary>
/// Calls operations of this very service for someone on one of its pages, with the same roles, checks, problems and entries of the audit log as a call by HTTP.
/// </summary>
public sealed class LocalOperations
{
    private readonly Dictionary<Operation, object> _answers = [];
    private readonly IServiceScopeFactory _scopes;
    private readonly Caller _caller;
    private readonly ExceptionProblems _problems;
    private readonly AuditLog _audit;

    internal LocalOperations(IServiceScopeFactory scopes, Caller caller, ExceptionProblems problems, AuditLog audit) =>
        (_scopes, _caller, _problems, _audit) = (scopes, caller, problems, audit);

    /// <summary>Tells whether someone may call an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="user">Who.</param>
    /// <returns>Whether the role of the operation is held.</returns>
    public static bool May(Operation operation, ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(user);
        return user.IsInRole(operation.Role.ToString());
    }

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">The operation, one that the service has mapped.</param>
    /// <param name="request">The request.</param>
    /// <param name="user">Who calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The response.</returns>
    /// <exception cref="OperationException">The operation is refused or failed, with the problem that a caller by HTTP would be answered.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, TRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        // Flows into what is called here, and ends with this method.
        _caller.Become(user);
        var status = StatusCodes.Status499ClientClosedRequest;
        try
        {
            var response = await AnswerAsync(operation, request, user, cancellationToken);
            status = StatusCodes.Status200OK;
            return response;
        }
        catch (OperationException refused)
        {
            status = refused.Status;
            throw;
        }
        finally
        {
            if (operation.Audit is { } targetOf)
            {
                await _audit.RecordAsync(operation, targetOf(request), status, user, _caller.Address);
            }
        }
    }

    private async Task<TResponse> AnswerAsync<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, TRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!May(operation, user))
        {
            throw new OperationException(operation.Name, Problem.ForStatus(StatusCodes.Status403Forbidden) with
            {
                Detail = $"The key '{user.Identity?.Name}' lacks the role {JsonNamingPolicy.SnakeCaseLower.ConvertName(operation.Role.ToString())}.",
            });
        }

        await using var scope = _scopes.CreateAsyncScope();
        var answer = (Answer<TRequest, TResponse>)_answers[operation];
        var input = answer.Check(operation, request);
        try
        {
            return await answer.Handler(input, scope.ServiceProvider, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException(operation.Name, _problems.Explain("/" + operation.Name, fault));
        }
    }

    internal void Add<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, Func<TRequest, IServiceProvider, CancellationToken, Task<TResponse>> handler, ServiceOptions options) =>
        _answers.Add(operation, new Answer<TRequest, TResponse>(handler, RequestReader<TRequest>.For(operation, options)));

    private sealed record Answer<TRequest, TResponse>(
        Func<TRequest, IServiceProvider, CancellationToken, Task<TResponse>> Handler, RequestReader<TRequest>? Reader)
    {
        /// <summary>Reads the request as if it had come by HTTP, so that nothing passes here which would be refused there.</summary>
        public TRequest Check(Operation<TRequest, TResponse> operation, TRequest request)
        {
            if (Reader is null)
            {
                return request;
            }

            var read = Reader.Read(JsonSerializer.SerializeToUtf8Bytes(request, operation.RequestJson));
            return read.Problem is null ? read.Request : throw new OperationException(operation.Name, read.Problem);
        }
    }
}
