using System.ComponentModel.DataAnnotations;

namespace Mindtrace.EmbeddedRedis;

/// <summary>Where the embedded Redis listens and keeps its data. Bound from <c>EmbeddedRedis</c>.</summary>
internal sealed class EmbeddedRedisOptions
{
    public const string SectionName = "EmbeddedRedis";

    /// <summary>Gets or sets the TCP port on the loopback address.</summary>
    /// <value>1 to 65535. The default is 6379.</value>
    [Range(1, 65535)]
    public int Port { get; set; } = 6379;

    /// <summary>Gets or sets the folder of the append-only file and the checkpoints; created when missing.</summary>
    /// <value>A path, absolute or relative to the working directory. One process at a time may use it.</value>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>Gets or sets the password that clients must give.</summary>
    /// <value>The default, <see langword="null"/>, lets every local process in.</value>
    public string? Password { get; set; }
}
