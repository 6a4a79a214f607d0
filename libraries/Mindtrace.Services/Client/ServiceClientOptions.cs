using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Where a service is and how to call it. Bound from the section that its client was registered with, of a cluster's client <c>Manager</c>.</summary>
public sealed class ServiceClientOptions
{
    /// <summary>Gets or sets where the service is; a name known to service discovery (<c>http://manager</c>) will do.</summary>
    /// <value>An absolute http or https URL. There is no default.</value>
    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>Gets or sets the key to send.</summary>
    /// <value>The default is <see cref="SecurityOptions.ApiKey"/>, the service's own.</value>
    public string? ApiKey { get; set; }

    /// <summary>Gets or sets how long a call may take.</summary>
    /// <value>1 second to 1 day. The default is 100 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);
}
