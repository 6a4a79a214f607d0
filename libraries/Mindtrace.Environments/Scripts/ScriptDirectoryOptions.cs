using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Environments.Scripts;

/// <summary>Where scripts run, and where what they are made from is kept. Bound from <c>Scripts</c>.</summary>
public sealed class ScriptDirectoryOptions
{
    /// <summary>Where the settings are found.</summary>
    public const string SectionName = "Scripts";

    /// <summary>Gets or sets the folder in which each run has one of its own, for as long as it lasts. Workers of one account may share it.</summary>
    /// <value>The default is <c>mindtrace/scripts</c> in the account's local application data.</value>
    [Required]
    public string RunsDirectory { get; set; } = DefaultOf("scripts");

    /// <summary>Gets or sets the folder of the mirrors of git repositories. Workers of one account may share it.</summary>
    /// <value>The default is <c>mindtrace/git</c> in the account's local application data.</value>
    [Required]
    public string MirrorsDirectory { get; set; } = DefaultOf("git");

    /// <summary>Gets or sets how much the mirrors may take before those go that were used the longest ago, in bytes.</summary>
    /// <value>At least 0, which keeps none that is not in use. The default is 10 GiB.</value>
    [Range(0, long.MaxValue)]
    public long MaxMirrorBytes { get; set; } = 10L << 30;

    /// <summary>Gets or sets the control group (version 2) that was delegated to the worker, in which it makes one for each run.</summary>
    /// <value>A folder in which no process is. The default is none: what the machine permits is found out.</value>
    public string? ControlGroup { get; set; }

    /// <summary>Gets or sets variables of all commands, such as those that name a cache or a proxy.</summary>
    /// <value>The default is none: commands get PATH, LANG, TZ, where certificates and .NET are, and a home of their own.</value>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    private static string DefaultOf(string name) => Path.Combine(
        System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData, System.Environment.SpecialFolderOption.DoNotVerify),
        "mindtrace", name);
}
