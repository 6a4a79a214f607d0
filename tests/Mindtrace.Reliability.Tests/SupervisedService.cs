using System.Diagnostics;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>A service that is started again at the same place whenever it ends, as an init system does.</summary>
internal sealed class SupervisedService : IAsyncDisposable
{
    private readonly ServiceLaunch _launch;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _supervision;
    private volatile ServiceProcess _process;
    private volatile TaskCompletionSource _restarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SupervisedService(ServiceLaunch launch, ServiceProcess process)
    {
        (_launch, _process) = (launch, process);
        _supervision = SuperviseAsync();
    }

    public Uri Url => _launch.Url;

    public int ProcessId => _process.ProcessId;

    public static async Task<SupervisedService> StartAsync(ServiceLaunch launch) =>
        new(launch, await ServiceProcess.LaunchAsync(launch, TestContext.Current.CancellationToken));

    /// <summary>Kills the process, as kill -9 does, and waits until its successor serves.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>Ends the process by a signal, and waits until its successor serves.</summary>
    public async Task EndAsync(string signal)
    {
        var successor = _restarted.Task;
        Signals.Send(signal, ProcessId);
        await successor.WaitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        await _process.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                using (var process = Process.GetProcessById(_process.ProcessId))
                {
                    await process.WaitForExitAsync(_stopping.Token);
                }

                await _process.DisposeAsync();
                _process = await ServiceProcess.LaunchAsync(_launch, _stopping.Token);
                var restarted = _restarted;
                _restarted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                restarted.SetResult();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The test is over.
        }
        catch (Exception fault)
        {
            _restarted.TrySetException(fault);
        }
    }
}
