using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Environments.Scripts;

/// <summary>What one command may use. Bound from <c>Scripts:Limits</c>.</summary>
public sealed class ScriptLimits
{
    /// <summary>Where the settings are found.</summary>
    public const string SectionName = "Scripts:Limits";

    /// <summary>Gets or sets how long a command may run; the making of its environment counts apart.</summary>
    /// <value>1 second to 30 days. The default is 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how long it may take to make an environment: cloning or pulling, and syncing.</summary>
    /// <value>1 second to 1 day. The default is 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SetupTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets the processor time that it may take, in processors.</summary>
    /// <value>0.01 to 1,024. The default is none: as much as there is.</value>
    [Range(0.01, 1024)]
    public double? Cpus { get; set; }

    /// <summary>Gets or sets the memory of all its processes together, in bytes.</summary>
    /// <value>At least 8 MiB. The default is 4 GiB.</value>
    [Range(8L << 20, long.MaxValue)]
    public long MemoryBytes { get; set; } = 4L << 30;

    /// <summary>Gets or sets how many processes and threads it may have at once.</summary>
    /// <value>8 to 100,000. The default is 1,024.</value>
    [Range(8, 100_000)]
    public int Processes { get; set; } = 1024;

    /// <summary>Gets or sets how much it may write to the disk, in bytes; looked at once a second.</summary>
    /// <value>At least 1 MiB. The default is 10 GiB.</value>
    [Range(1L << 20, long.MaxValue)]
    public long DiskBytes { get; set; } = 10L << 30;

    /// <summary>Gets or sets how much output it may write, in bytes; one that writes more is ended.</summary>
    /// <value>At least 1 KiB. The default is 64 MiB.</value>
    [Range(1024L, long.MaxValue)]
    public long OutputBytes { get; set; } = 64L << 20;

    /// <summary>Gets or sets how much of the end of its standard output, and of its standard error, the job's output holds, in bytes.</summary>
    /// <value>0 to 1 MiB. The default is 64 KiB.</value>
    [Range(0, 1 << 20)]
    public int TailBytes { get; set; } = 64 << 10;
}
