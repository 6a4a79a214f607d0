using System.Globalization;

namespace Mindtrace.Node.Ports;

/// <summary>A range of ports, both ends included. <c>a-b</c> and <c>a,b</c> mean the same.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>Gets how many ports it has.</summary>
    public int Count => Last - First + 1;

    public static bool TryParse(string? text, out PortRange range)
    {
        range = default;
        if (text?.Split('-', ',') is not [var first, var last]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            || from < 1 || to > 65535 || from > to)
        {
            return false;
        }

        range = new PortRange(from, to);
        return true;
    }

    public override string ToString() => $"[{First}, {Last}]";
}
