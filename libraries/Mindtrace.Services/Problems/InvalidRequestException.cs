namespace Mindtrace.Services;

/// <summary>A handler found fields wrong by rules that only it knows. Answered as 422 <see cref="ProblemTypes.InvalidRequest"/>.</summary>
/// <param name="errors">What is wrong with each field, by its path on the wire.</param>
public sealed class InvalidRequestException(IReadOnlyDictionary<string, string[]> errors)
    : Exception("The request is not valid: " + string.Join(", ", errors.Keys))
{
    /// <summary>Reports one field.</summary>
    /// <param name="field">Its path on the wire, such as <c>payload.images[0]</c>.</param>
    /// <param name="error">What is wrong with it, such as "must be a string".</param>
    public InvalidRequestException(string field, string error)
        : this(new Dictionary<string, string[]> { [field] = [error] })
    {
    }

    /// <summary>Gets what is wrong with each field, by its path on the wire.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors;
}
