using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mindtrace.Cluster.Tests.Upgrades;

/// <summary>
/// Holds answers of two releases against each other. More may be answered than before; what was answered before has to be there, of the same
/// kind, and where it is a word of the contract, such as a status, the same word.
/// </summary>
internal sealed partial class WireComparison
{
    private readonly Dictionary<string, string> _renewed = [];

    public List<string> Faults { get; } = [];

    /// <summary>Makes a request of today of one of then: ids, tokens and addresses that were answered then are those that are answered now.</summary>
    public JsonNode? Renew(JsonNode? request) => request switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Renew(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Renew)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && _renewed.TryGetValue(value.GetValue<string>(), out var now) => now,
        _ => request?.DeepClone(),
    };

    public void Compare(string place, JsonNode? before, JsonNode? now)
    {
        switch (before, now)
        {
            case (JsonObject was, JsonObject members):
                foreach (var (name, value) in was)
                {
                    if (members.ContainsKey(name))
                    {
                        Compare($"{place}.{name}", value, members[name]);
                    }
                    else
                    {
                        Faults.Add($"{place}.{name} is missing.");
                    }
                }

                break;
            case (JsonArray { Count: > 0 } was, JsonArray items):
                if (items.Count > 0)
                {
                    Compare($"{place}[0]", was[0], items[0]);
                }
                else
                {
                    Faults.Add($"{place} is empty.");
                }

                break;
            case (JsonValue was, JsonValue value) when KindOf(was) == KindOf(value):
                if (KindOf(was) == JsonValueKind.String)
                {
                    CompareTexts(place, was.GetValue<string>(), value.GetValue<string>());
                }

                break;
            default:
                if (KindOf(before) != KindOf(now))
                {
                    Faults.Add($"{place} was {KindOf(before)} and is {KindOf(now)}.");
                }

                break;
        }
    }

    private void CompareTexts(string place, string before, string now)
    {
        if (before == now)
        {
            return;
        }

        if (Word().IsMatch(before))
        {
            Faults.Add($"{place} was '{before}' and is '{now}'.");
        }

        _renewed[before] = now;
    }

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex Word();

    private static JsonValueKind KindOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null => JsonValueKind.Null,
        JsonValueKind.False => JsonValueKind.True,
        { } kind => kind,
    };
}
