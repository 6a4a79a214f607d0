using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisQueueOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreSound() => Assert.Empty(FaultsOf(new()));

    [Fact]
    public void Validate_LeaseOfLessThanThreeRenewals_IsRefused() =>
        Assert.Equal([nameof(RedisQueueOptions.ConsumerLease)], FaultsOf(new() { ConsumerLease = TimeSpan.FromSeconds(14) }));

    [Fact]
    public void Validate_RenewalsMoreOftenThanLooks_AreRefused() =>
        Assert.Equal([nameof(RedisQueueOptions.RenewInterval)], FaultsOf(new() { SafetyLookInterval = TimeSpan.FromSeconds(6) }));

    [Fact]
    public void Validate_ValuesOutOfRange_AreRefused() =>
        Assert.Equal([nameof(RedisQueueOptions.MaxRetryDelay)], FaultsOf(new() { MaxRetryDelay = TimeSpan.Zero }));

    private static List<string> FaultsOf(RedisQueueOptions options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        return [.. faults.SelectMany(fault => fault.MemberNames)];
    }
}
