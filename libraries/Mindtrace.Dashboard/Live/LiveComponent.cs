using Microsoft.AspNetCore.Components;
using Mindtrace.Dashboard.Parts;
using Mindtrace.Dashboard.Session;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Dashboard.Live;

/// <summary>A page that follows the cluster: it loads what it shows, and again when something has changed, until it is left.</summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _left = new();
    private Task _following = Task.CompletedTask;

    /// <summary>Initializes a new instance of the <see cref="LiveComponent"/> class.</summary>
    protected LiveComponent() => Left = _left.Token;

    [Inject]
    internal ClusterOperations Operations { get; set; } = default!;

    [Inject]
    internal ClusterPulse Pulse { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    /// <summary>Gets what ends when the page is left.</summary>
    private protected CancellationToken Left { get; }

    /// <summary>Gets how the cluster is doing; none before that is known.</summary>
    private protected ClusterVitals? Vitals { get; private set; }

    /// <summary>Gets why nothing new can be shown, in a sentence; none when it can.</summary>
    private protected string? Fault { get; private set; }

    /// <summary>Gets what came of the latest action; none before the first.</summary>
    private protected Notice? Notice { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _following;
        _left.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => _following = FollowAsync();

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => ReloadAsync();

    /// <summary>Loads what is shown.</summary>
    private protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Tells whether what is shown may be out of date.</summary>
    private protected virtual bool IsOld(ClusterVitals shown, ClusterVitals now) => now.Changes != shown.Changes || now.Waiting != shown.Waiting;

    /// <summary>Loads anew at once.</summary>
    private protected async Task ReloadAsync() => Fault = await TryAsync(() => LoadAsync(Left));

    /// <summary>Does what somebody asked for, says how it went, and loads anew.</summary>
    /// <param name="act">Does it, and answers what was done, in a sentence.</param>
    private protected async Task ActAsync(Func<Task<string>> act)
    {
        var done = "";
        var refusal = await TryAsync(async () => done = await act());
        Notice = refusal is null ? new Notice(done, IsFault: false) : new Notice(refusal, IsFault: true);
        await ReloadAsync();
    }

    /// <summary>Says why what somebody asked for cannot be done.</summary>
    private protected void Refuse(string reason) => Notice = new Notice(reason, IsFault: true);

    /// <summary>Does what may be refused.</summary>
    /// <returns>Why it was refused, in a sentence; <see langword="null"/> when it was done.</returns>
    private async Task<string?> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // Nobody looks any more.
            return null;
        }
        catch (SessionEndedException ended)
        {
            Navigation.NavigateTo(DashboardPaths.Login, forceLoad: true);
            return ended.Message;
        }
        catch (OperationException refused)
        {
            return refused.Errors.Count > 0
                ? string.Join(" ", refused.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}."))
                : refused.Detail ?? refused.Title;
        }
        catch (JobBackendUnavailableException away)
        {
            return away.Message;
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            ClusterVitals? shown = null;
            await foreach (var now in Pulse.WatchAsync(Left))
            {
                if (now is null || shown is null || IsOld(shown, now) || Fault is not null)
                {
                    await ReloadAsync();
                    shown = now;
                }

                Vitals = now ?? Vitals;
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // The page is left.
        }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
    }
}
