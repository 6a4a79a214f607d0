using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>What every service has in common. Bound from <c>Mindtrace:Service</c>.</summary>
public sealed class ServiceOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Mindtrace:Service";

    /// <summary>Gets or sets the largest request body that an operation takes, in bytes.</summary>
    /// <value>1 KiB to 1 GiB. The default is 16 MiB, the largest message that RabbitMQ takes by default.</value>
    [Range(1024L, 1L << 30)]
    public long MaxRequestBytes { get; set; } = 16L << 20;

    /// <summary>Gets or sets the folder of the process id file. It is made when missing.</summary>
    /// <value>The default is the system's temporary folder.</value>
    [Required]
    public string PidDirectory { get; set; } = Path.GetTempPath();

    /// <summary>Gets or sets the UUID of this process.</summary>
    /// <value>The default is a new one. Whoever starts the process may give one, to know it again.</value>
    public Guid ServerId { get; set; } = Guid.NewGuid();

    /// <summary>Gets or sets where others reach the service.</summary>
    /// <value>
    /// An absolute http or https URL. The default is the first address that the service listens on; for one that listens everywhere, the
    /// address that this machine has on the way to <see cref="Toward"/>.
    /// </value>
    public Uri? Url { get; set; }

    /// <summary>Gets or sets on whose side the others are.</summary>
    /// <value>A URL. The default of nodes and workers is that of the manager; of a manager none, which means this machine.</value>
    public Uri? Toward { get; set; }
}
