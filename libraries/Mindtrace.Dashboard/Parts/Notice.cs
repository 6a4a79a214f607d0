namespace Mindtrace.Dashboard.Parts;

/// <summary>What came of an action.</summary>
/// <param name="Text">What was done, or why not, in a sentence.</param>
/// <param name="IsFault">Whether it was not done.</param>
public sealed record Notice(string Text, bool IsFault);
