using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Jobs.Redis;

/// <summary>How consumers of queues on Redis keep their messages and look for new ones. Bound from <c>Queue:Redis</c>.</summary>
public sealed class RedisQueueOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string SectionName = "Queue:Redis";

    /// <summary>Gets or sets the silence, by the server's clock, after which a consumer's messages go back to the queue.</summary>
    /// <value>At least three times <see cref="RenewInterval"/>, at most 1 hour. The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.3", "01:00:00")]
    public TimeSpan ConsumerLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the time between two renewals of a living consumer's lease.</summary>
    /// <value>At least <see cref="SafetyLookInterval"/>. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RenewInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the time between two looks of an idle consumer into its queue. A new message wakes it at once; this is
    /// for wake-ups that got lost.
    /// </summary>
    /// <value>100 milliseconds to 1 minute. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan SafetyLookInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets the longest wait between two attempts of a consumer to reach a server that is away. The first wait is
    /// 100 milliseconds, each next one twice as long.
    /// </summary>
    /// <value>100 milliseconds to 1 minute. The default is 2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ConsumerLease < 3 * RenewInterval)
        {
            yield return new(
                "ConsumerLease must be at least three times RenewInterval: one or two late renewals are no death.", [nameof(ConsumerLease)]);
        }

        if (RenewInterval < SafetyLookInterval)
        {
            yield return new(
                "RenewInterval must be at least SafetyLookInterval: renewals are made at looks.", [nameof(RenewInterval)]);
        }
    }
}
