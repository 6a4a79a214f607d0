namespace Mindtrace.Worker.Scripts;

/// <summary>The parameters of a <see cref="RunScriptWorker"/>.</summary>
internal sealed class RunScriptParameters
{
    private const string NoDevice = "cpu";
    private const string AnyDevice = "auto";
    private const string AllDevices = "all";

    /// <summary>Gets or sets the ids of the GPUs of jobs that name none.</summary>
    /// <value><c>cpu</c> for none, <c>auto</c> for all, or ids. The default is none.</value>
    public IList<string> Devices { get; set; } = [];

    /// <summary>Gets the ids; none for no device.</summary>
    public IReadOnlyList<string>? DeviceIds() => Devices switch
    {
        [] or [NoDevice] => null,
        [AnyDevice] => [AllDevices],
        _ => [.. Devices],
    };
}
