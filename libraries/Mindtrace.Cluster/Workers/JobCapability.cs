namespace Mindtrace.Cluster;

/// <summary>What the code of an attempt may hand to processes and containers of its own, so that they can call its worker about the job.</summary>
/// <param name="Url">Where the worker is, as others reach it.</param>
/// <param name="Token">What to send as <c>Authorization: Bearer</c>. It ends with the attempt.</param>
public sealed record JobCapability(Uri Url, string Token)
{
    /// <summary>Names the worker, and not the token, which is to be in no log.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"capability for {Url}";
}
