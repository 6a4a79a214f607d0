using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Gateway;

/// <summary>How requests are forwarded to apps. Bound from <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string SectionName = "Gateway";

    /// <summary>Gets or sets how long nothing at all may move between caller and app before the request is given up.</summary>
    /// <value>100 milliseconds to 1 day. The default is 100 seconds. A long answer may take longer, as long as some of it comes.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);
}
