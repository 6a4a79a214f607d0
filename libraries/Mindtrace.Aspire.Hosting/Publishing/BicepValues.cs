using System.Text;

namespace Mindtrace.Hosting.Publishing;

/// <summary>An object of Bicep. Members without a value, or whose value has no members, are left out.</summary>
internal sealed class BicepObject : IBicepValue
{
    private readonly List<(string Name, object Value)> _members = [];

    /// <summary>Sets a member to an expression, an object or an array.</summary>
    public object? this[string name]
    {
        set
        {
            if (value is not null and not IBicepValue { IsEmpty: true })
            {
                _members.Add((name, value));
            }
        }
    }

    public bool IsEmpty => _members.Count == 0;

    public string ToString(int indent) => IBicepValue.Lines('{', '}', indent, _members.Select(member => (Prefix: $"{member.Name}: ", member.Value)));
}

/// <summary>An array of Bicep.</summary>
internal sealed class BicepArray : List<object>, IBicepValue
{
    public BicepArray()
    {
    }

    public BicepArray(IEnumerable<string> expressions) : base(expressions)
    {
    }

    public bool IsEmpty => Count == 0;

    public string ToString(int indent) => IBicepValue.Lines('[', ']', indent, this.Select(item => (Prefix: "", item)));
}

/// <summary>A value of several lines.</summary>
internal interface IBicepValue
{
    bool IsEmpty { get; }

    string ToString(int indent);

    static string Lines(char open, char close, int indent, IEnumerable<(string Prefix, object Value)> members)
    {
        const int Step = 2;
        var lines = new StringBuilder().Append(open).Append('\n');
        foreach (var (prefix, value) in members)
        {
            var written = value is IBicepValue nested ? nested.ToString(indent + Step) : (string)value;
            lines.Append(' ', indent + Step).Append(prefix).Append(written).Append('\n');
        }

        return lines.Append(' ', indent).Append(close).ToString();
    }
}
