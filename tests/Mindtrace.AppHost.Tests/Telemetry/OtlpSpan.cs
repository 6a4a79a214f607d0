using Google.Protobuf;

namespace Mindtrace.AppHost.Tests.Telemetry;

/// <summary>What the tests read of a span that a service exported.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="TraceId">The trace, in hexadecimal.</param>
/// <param name="Name">The span's name.</param>
/// <param name="Attributes">Its text attributes.</param>
internal sealed record OtlpSpan(string Service, string TraceId, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Reads the spans of an <c>ExportTraceServiceRequest</c>, whose field numbers are those of OTLP 1.</summary>
    public static IReadOnlyList<OtlpSpan> ReadRequest(byte[] request)
    {
        var spans = new List<OtlpSpan>();
        foreach (var resourceSpans in Messages(request, field: 1))
        {
            var resource = Messages(resourceSpans, field: 1).SelectMany(it => Attributes(it, field: 1)).ToDictionary();
            foreach (var span in Messages(resourceSpans, field: 2).SelectMany(scope => Messages(scope, field: 2)))
            {
                spans.Add(new OtlpSpan(
                    resource.GetValueOrDefault("service.name", ""),
                    Convert.ToHexStringLower(Messages(span, field: 1).Single()),
                    System.Text.Encoding.UTF8.GetString(Messages(span, field: 5).Single()),
                    Attributes(span, field: 9).ToDictionary()));
            }
        }

        return spans;

        static IEnumerable<KeyValuePair<string, string>> Attributes(byte[] message, int field) =>
            from attribute in Messages(message, field)
            let key = System.Text.Encoding.UTF8.GetString(Messages(attribute, field: 1).Single())
            from value in Messages(attribute, field: 2)
            from text in Messages(value, field: 1)
            select KeyValuePair.Create(key, System.Text.Encoding.UTF8.GetString(text));
    }

    /// <summary>Reads the values of one length-delimited field.</summary>
    private static List<byte[]> Messages(byte[] message, int field)
    {
        var values = new List<byte[]>();
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                values.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return values;
    }
}
