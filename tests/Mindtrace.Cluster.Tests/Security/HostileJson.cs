using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CsCheck;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>Makes bodies that look like the request of an operation, and are wrong here and there.</summary>
internal static class HostileJson
{
    /// <summary>Nobody listens there, so whatever is called there fails at once.</summary>
    public const string Nowhere = "http://127.0.0.1:9/";

    /// <summary>Texts that have broken others before: what quotes, steers, leads out of, or is longer or emptier than expected.</summary>
    public static readonly string[] Texts =
    [
        "", " ", ".", "..", "../../etc/passwd", "a/../b", "a\\b", "a b", "a:b", "-rf", "--help", "$(id)", "`id`", "%00", "%2e%2e", "a\0b", "a\r\nb: c",
        "\u001b[2J\u001b]0;x\u0007", "\u202etxt.exe", "\u2028", "{mindtrace}:jobs", "*", "a*b", "@1", "\uFEFFa", "İ", "ﬃ", "👩‍👩‍👧", "<script>alert(1)</script>",
        "' OR '1'='1", "null", "true", "NaN", "1e999", "9999-12-31T23:59:59.9999999+14:00", "0001-01-01T00:00:00-14:00", "2026-02-30T00:00:00Z",
        "* * * * * *", "@every_second", "0 0 31 2 *", "L * * * *", "60 24 32 13 8", "http://", "http://[::1", "http://a@b:99999/", "file:///etc/passwd",
        "http://169.254.169.254/", "gopher://127.0.0.1:6379/_FLUSHALL", "javascript:alert(1)", "//host/path", "http://127.0.0.1:9/?a#b", "Europe/Berlin",
        "00-00000000000000000000000000000000-0000000000000000-00", new string('a', 129), new string('é', 5000),
    ];

    private static readonly string[] Numbers =
        ["0", "-0", "1", "-1", "0.5", "1e-300", "1e300", "1e999", "255", "256", "2147483648", "9223372036854775807", "9223372036854775808", "1E400", "01", "+1", "NaN"];

    private static readonly Gen<string> Text = Gen.OneOf<string>(
        Gen.OneOf<string>(Texts), Gen.String[Gen.Char['\0', '\u02FF'], 0, 40], Gen.String[Gen.Char.AlphaNumeric, 1, 20]);

    private static readonly Gen<string> Broken = Gen.OneOf<string>(
        "", "{", "}", "[", "{}", "[]", "null", "true", "0", "\"\"", "{\"a\":}", "{a:1}", "{'a':1}", "{\"a\":1,}", "{\"a\":1}{}", "{\"\\ud800\":1}", "{\"a\":\"\\udfff\"}",
        "\uFEFF{}", "//\n{}", new string('[', 100), Nested(70), string.Concat(Enumerable.Repeat("{\"a\":", 100)));

    /// <summary>Makes a body for a type of requests.</summary>
    public static Gen<string> For(JsonTypeInfo request) => Gen.Frequency((1, Broken), (1, Any(3)), (18, Value(request, depth: 4)));

    private static Gen<string> Value(JsonTypeInfo json, int depth) => Gen.Frequency((12, Fitting(json, depth)), (1, Any(2)), (1, Gen.Const("null")));

    private static Gen<string> Fitting(JsonTypeInfo json, int depth)
    {
        var type = Nullable.GetUnderlyingType(json.Type) ?? json.Type;
        json = json.Options.GetTypeInfo(type);
        return json.Kind switch
        {
            JsonTypeInfoKind.Object when depth > 0 => Members(json, depth),
            JsonTypeInfoKind.Enumerable when depth > 0 => Value(json.Options.GetTypeInfo(json.ElementType!), depth - 1).List[0, 3].Select(items => $"[{string.Join(',', items)}]"),
            JsonTypeInfoKind.Dictionary when depth > 0 =>
                Gen.Select(Text, Value(json.Options.GetTypeInfo(json.ElementType!), depth - 1), (name, value) => $"{{{Quote(name)}:{value}}}"),
            _ when type == typeof(JsonElement) => Any(3),
            _ when type == typeof(bool) => Gen.OneOf<string>("true", "false"),
            _ when type == typeof(Uri) => Gen.Frequency((3, Gen.Const(Quote(Nowhere))), (1, Text.Select(Quote))),
            _ when type == typeof(Guid) => Gen.Guid.Select(id => Quote(id.ToString())),
            _ when type == typeof(DateTimeOffset) => Gen.OneOf<string>(Gen.OneOf<string>("2026-05-04T03:02:01Z", "2020-01-01").Select(Quote), Text.Select(Quote)),
            _ when type.IsEnum => Gen.OneOf<string>(Enum.GetNames(type)).Select(name => Quote(JsonNamingPolicy.SnakeCaseLower.ConvertName(name))),
            _ when type.IsPrimitive || type == typeof(TimeSpan) => Gen.OneOf<string>(Numbers),
            _ => Gen.Frequency((3, Gen.OneOf<string>("fuzz", "fuzz-1", "echo", "* * * * *", "UTC").Select(Quote)), (2, Text.Select(Quote))),
        };
    }

    private static Gen<string> Members(JsonTypeInfo json, int depth)
    {
        // No caller waits: a call that does takes the time of the test.
        var members = json.Properties.Where(property => property is { Set: not null } or { AssociatedParameter: not null })
            .Select(property => Gen.Select(
                Gen.Int[0, 19], property.Name == "timeout_seconds" ? Gen.OneOf<string>("0", "-1", "1e300", "\"1\"") : Value(json.Options.GetTypeInfo(property.PropertyType), depth - 1),
                (chance, value) => chance switch
                {
                    < 4 => [],
                    4 => (string[])[$"{Quote(property.Name)}:{value}", $"{Quote(property.Name)}:{value}"],
                    _ => [$"{Quote(property.Name)}:{value}"],
                }))
            .ToArray();
        return members.Length == 0
            ? Gen.Const("{}")
            : members.Aggregate(Gen.Const(Array.Empty<string>()), (all, next) => Gen.Select(all, next, (before, more) => (string[])[.. before, .. more]))
                .Select(all => $"{{{string.Join(',', all)}}}");
    }

    private static Gen<string> Any(int depth)
    {
        var flat = Gen.OneOf<string>(Text.Select(Quote), Gen.OneOf<string>(Numbers), Gen.OneOf<string>("null", "true", "{}", "[]"));
        return depth == 0 ? flat : Gen.OneOf<string>(
            flat, Any(depth - 1).List[0, 3].Select(items => $"[{string.Join(',', items)}]"),
            Gen.Select(Text, Any(depth - 1), (name, value) => $"{{{Quote(name)}:{value}}}"));
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static string Nested(int depth) => $"{{\"schema_name\":\"fuzz\",\"payload\":{new string('[', depth)}{new string(']', depth)}}}";
}
