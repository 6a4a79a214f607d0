using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Dashboard;

/// <summary>What the cluster page offers. Bound from <c>Dashboard</c>.</summary>
public sealed class DashboardOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Dashboard";

    /// <summary>What <see cref="TraceUrl"/> has in the place of a trace's id.</summary>
    public const string TraceId = "{trace_id}";

    /// <summary>Gets or sets whether there is a page at all.</summary>
    /// <value>The default is that there is.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets where a browser finds the trace of a job.</summary>
    /// <value>A http or https URL with <c>{trace_id}</c>, such as <c>http://localhost:15210/traces/detail/{trace_id}</c>. The default is none: jobs have no link.</value>
    public string? TraceUrl { get; set; }

    /// <summary>Gets or sets how long somebody stays signed in without doing anything.</summary>
    /// <value>1 minute to 30 days. The default is 12 hours. A page that is open counts as doing something.</value>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromHours(12);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TraceUrl is { } url && !(url.Contains(TraceId, StringComparison.Ordinal) && TraceOf("0") is { Scheme: "http" or "https" }))
        {
            yield return new($"{SectionName}:{nameof(TraceUrl)} must be a http or https URL with {TraceId}.", [nameof(TraceUrl)]);
        }
    }

    /// <summary>Tells where the trace of a W3C trace context is shown.</summary>
    internal Uri? TraceOf(string? traceparent)
    {
        var id = traceparent?.Split('-') is [_, var trace, ..] ? trace : traceparent;
        return id is not null && TraceUrl is { } template && Uri.TryCreate(template.Replace(TraceId, id, StringComparison.Ordinal), UriKind.Absolute, out var url)
            ? url
            : null;
    }
}
