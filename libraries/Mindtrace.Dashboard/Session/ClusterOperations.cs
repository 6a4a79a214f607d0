using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Mindtrace.Services;

namespace Mindtrace.Dashboard.Session;

/// <summary>Calls the manager's operations as whoever is signed in on this page.</summary>
internal sealed class ClusterOperations(LocalOperations operations, ApiKeySessions sessions, AuthenticationStateProvider state)
{
    /// <exception cref="SessionEndedException">The key is not valid any more.</exception>
    /// <exception cref="OperationException">The operation is refused or failed.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, TRequest request, CancellationToken cancellationToken)
    {
        var user = await UserAsync();
        return await sessions.IsOpenAsync(user, cancellationToken)
            ? await operations.CallAsync(operation, request, user, cancellationToken)
            : throw new SessionEndedException();
    }

    public Task<TResponse> CallAsync<TResponse>(Operation<Unit, TResponse> operation, CancellationToken cancellationToken) =>
        CallAsync(operation, default, cancellationToken);

    /// <summary>Tells whether an operation is to be offered.</summary>
    public async Task<bool> MayAsync(Operation operation) => LocalOperations.May(operation, await UserAsync());

    private async Task<ClaimsPrincipal> UserAsync() => (await state.GetAuthenticationStateAsync()).User;
}

/// <summary>The key of a session was revoked or has expired.</summary>
internal sealed class SessionEndedException() : Exception("The key is not valid any more. Sign in again.");
