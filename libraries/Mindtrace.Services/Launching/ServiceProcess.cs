using System.Globalization;
using System.Net.Sockets;

namespace Mindtrace.Services;

/// <summary>A service that this program started as a process of its own and that ends with it.</summary>
/// <remarks>Dispose it to shut the service down. It outlives a program that is killed.</remarks>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    private readonly ServiceLaunch _launch;
    private readonly ChildProgram _program;
    private readonly HttpClient _http = new();
    private bool _isDisposed;

    private ServiceProcess(ServiceLaunch launch)
    {
        _launch = launch;
        Client = new ServiceClient(_http, launch.Url, launch.ApiKey);
        _program = ChildProgram.Start(launch);
    }

    /// <summary>Gets a client of the service, to be used until this is disposed.</summary>
    public ServiceClient Client { get; }

    /// <summary>Gets where the service is.</summary>
    public Uri Url => _launch.Url;

    /// <summary>Gets the name of the program, without folder and extension.</summary>
    public string Name => Path.GetFileNameWithoutExtension(_launch.Program);

    /// <summary>Gets the process id.</summary>
    public int ProcessId => _program.Id;

    /// <summary>Starts a service and waits until it is ready.</summary>
    /// <param name="launch">What to start.</param>
    /// <param name="cancellationToken">Gives up; the process is killed.</param>
    /// <returns>The running service.</returns>
    /// <exception cref="ServiceLaunchException">
    /// There is no such program, something answers at the URL already, or the service ended or was not ready in time; the
    /// message has the last lines that it wrote.
    /// </exception>
    public static async Task<ServiceProcess> LaunchAsync(ServiceLaunch launch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(launch);
        if (!File.Exists(launch.Program))
        {
            throw new ServiceLaunchException(launch, $"there is no file '{launch.Program}'.");
        }

        if (await IsListeningAsync(launch.Url, cancellationToken))
        {
            throw new ServiceLaunchException(launch, "something answers at this URL already. Stop it, or choose another URL.");
        }

        var service = new ServiceProcess(launch);
        try
        {
            await service.WaitUntilReadyAsync(cancellationToken);
            return service;
        }
        catch
        {
            await service.KillAsync();
            throw;
        }
    }

    /// <summary>Shuts the service down; kills it when it does not stop within <see cref="ServiceLaunch.StopTimeout"/>.</summary>
    /// <returns>A task that ends once the process is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        if (_launch.ReadyWhen != ServiceReadiness.Listening)
        {
            await ShutDownAsync();
        }

        await KillAsync();
    }

    private static async Task<bool> IsListeningAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(url.Host, url.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_launch.StartTimeout, _launch.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            do
            {
                await Task.Delay(ProbeInterval, _launch.Time, either.Token);
                await ThrowIfEndedAsync(either.Token);
            }
            while (!await IsReadyAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceLaunchException(
                _launch,
                string.Create(CultureInfo.InvariantCulture, $"it was not {_launch.ReadyWhen} within {_launch.StartTimeout.TotalSeconds} seconds."),
                output: _program.Tail);
        }
    }

    private async Task ThrowIfEndedAsync(CancellationToken cancellationToken)
    {
        if (_program.HasExited)
        {
            await _program.WaitForExitAsync(cancellationToken);
            throw new ServiceLaunchException(
                _launch, $"the process ended with exit code {_program.ExitCode}.", _program.ExitCode, _program.Tail);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            switch (_launch.ReadyWhen)
            {
                case ServiceReadiness.Listening:
                    return await IsListeningAsync(Url, cancellationToken);
                case ServiceReadiness.Healthy:
                    using (var answer = await _http.GetAsync(new Uri(Client.BaseAddress, "health"), cancellationToken))
                    {
                        return answer.IsSuccessStatusCode;
                    }

                default:
                    return await Client.CallAsync(ServiceOperations.Status, cancellationToken) is { Status: ServerStatus.Available };
            }
        }
        catch (Exception e) when (e is HttpRequestException or ServiceUnreachableException)
        {
            return false;
        }
    }

    private async Task ShutDownAsync()
    {
        using var timeout = new CancellationTokenSource(_launch.StopTimeout, _launch.Time);
        try
        {
            await Client.CallAsync(ServiceOperations.Shutdown, timeout.Token);
        }
        catch (ServiceUnreachableException)
        {
            // It may be stopping already, as all programs of a terminal do on Ctrl+C: it gets its time all the same.
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            return;
        }

        try
        {
            await _program.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // The time is up, so the caller kills it.
        }
    }

    private async Task KillAsync()
    {
        _isDisposed = true;
        _program.Kill();
        await _program.WaitForExitAsync(CancellationToken.None);
        _program.Dispose();
        _http.Dispose();
    }
}
