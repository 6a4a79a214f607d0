using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Node.Programs;

/// <summary>How a node gets the programs of packages and git repositories. Bound from <c>Node</c>.</summary>
internal sealed class ProgramOptions
{
    public const string SectionName = "Node";

    /// <summary>Gets or sets the folder of the programs that were downloaded or built, each once. Nodes of one account may share it.</summary>
    /// <value>The default is <c>mindtrace/programs</c> in the account's local application data.</value>
    [Required]
    public string ProgramsDirectory { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "mindtrace", "programs");

    /// <summary>Gets or sets the most bytes that the files of a package may have together once extracted.</summary>
    /// <value>1 KiB to 1 TiB. The default is 2 GiB.</value>
    [Range(1L << 10, 1L << 40)]
    public long MaxUnpackedPackageBytes { get; set; } = 2L << 30;

    /// <summary>Gets or sets how long a repository may take to be looked at, and again to be cloned.</summary>
    /// <value>1 second to 1 day. The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CloneTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how long a project may take to be restored and built.</summary>
    /// <value>1 second to 1 day. The default is 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan BuildTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets a value indicating whether repositories in folders of this machine may be built.</summary>
    /// <value>Off by default: whoever registers worker types could have the node read what is not theirs.</value>
    public bool AllowFileRepositories { get; set; }
}
