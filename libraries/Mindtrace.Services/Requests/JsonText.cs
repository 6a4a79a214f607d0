using System.Text.Json;
using System.Text.Unicode;

namespace Mindtrace.Services;

/// <summary>
/// Checks that all text of a JSON body is Unicode. The reader does not: it lets broken text into members that nobody has
/// looked at yet (a payload), where it would fail whoever touches it later.
/// </summary>
internal static class JsonText
{
    public static bool IsUnicode(ReadOnlySpan<byte> json) =>
        Utf8.IsValid(json) && (!MayHoldSurrogates(json) || SurrogatesArePaired(json));

    private static bool MayHoldSurrogates(ReadOnlySpan<byte> json) =>
        json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0;

    private static bool SurrogatesArePaired(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        catch (JsonException)
        {
            // Not JSON at all, which is for the deserializer to find.
            return true;
        }
    }
}
