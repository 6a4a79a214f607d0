using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Dashboard.Session;

/// <summary>Ends the session of a page that is open when its key is revoked or expires, also when nobody does anything.</summary>
internal sealed class SessionStateProvider(ILoggerFactory loggers, ApiKeySessions sessions) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(5);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            return await sessions.IsOpenAsync(authenticationState.User, cancellationToken);
        }
        catch (JobBackendUnavailableException)
        {
            // Nothing is known of the key, and nothing can be done with it: the page stays, and says so.
            return true;
        }
    }
}
