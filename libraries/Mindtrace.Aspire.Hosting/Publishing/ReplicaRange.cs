using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Mindtrace.Hosting.Publishing;

/// <summary>How many processes of a resource a deployment keeps.</summary>
/// <param name="Min">At least so many, 1 or more: nothing of the cluster is woken by a request.</param>
/// <param name="Max">At most so many.</param>
internal sealed record ReplicaRange(int Min, int Max)
{
    /// <summary>Exactly one: what owns a volume, or is called by an address of its own.</summary>
    public static readonly ReplicaRange One = new(1, 1);

    /// <summary>Reads a setting such as <c>3</c> or <c>2-5</c>.</summary>
    /// <exception cref="DistributedApplicationException">The setting holds neither.</exception>
    public static ReplicaRange Read(IConfiguration configuration, string setting, ReplicaRange otherwise)
    {
        if (configuration[setting] is not { Length: > 0 } value)
        {
            return otherwise;
        }

        int[] numbers = [.. value.Split('-', 2).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        return numbers[0] >= 1 && numbers[^1] >= numbers[0]
            ? new(numbers[0], numbers[^1])
            : throw new DistributedApplicationException($"{setting} is '{value}'. It is a number of replicas from 1, or a range such as 2-5.");
    }
}
