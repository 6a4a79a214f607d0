using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>How many requests a service takes of one caller. Bound from <c>RequestLimits</c>. Each process counts for itself.</summary>
public sealed class RequestLimitOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "RequestLimits";

    /// <summary>Gets or sets the time in which requests are counted; after it the count begins anew.</summary>
    /// <value>1 second to 1 day. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how many requests of one key are taken in a window.</summary>
    /// <value>
    /// 1 to 1,000,000,000. The default is 200,000: more than a service answers on a few processors, so it stops a loop gone wild on
    /// larger machines and no honest load. The configured key, by which services call each other, is not limited.
    /// </value>
    [Range(1, 1_000_000_000)]
    public int PerKey { get; set; } = 200_000;

    /// <summary>Gets or sets how many requests without a valid key are taken of one address in a window.</summary>
    /// <value>1 to 1,000,000,000. The default is 1,000. An IPv6 network of 64 bits counts as one address.</value>
    [Range(1, 1_000_000_000)]
    public int PerAddress { get; set; } = 1000;
}
