using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>Applies the rules that a request type states as attributes or through <see cref="IValidatableObject"/>.</summary>
/// <remarks>The members of nested objects are theirs to check: only the request itself is looked at.</remarks>
internal sealed class RequestValidator<TRequest>
{
    private readonly Dictionary<string, string> _wireNames;

    private RequestValidator(Dictionary<string, string> wireNames) => _wireNames = wireNames;

    /// <summary>Returns null for a type without rules, so that its requests pay nothing.</summary>
    public static RequestValidator<TRequest>? For(JsonTypeInfo<TRequest> json)
    {
        var hasRules = typeof(TRequest).IsAssignableTo(typeof(IValidatableObject))
            || typeof(TRequest).IsDefined(typeof(ValidationAttribute), inherit: true)
            || typeof(TRequest).GetProperties().Any(property => property.IsDefined(typeof(ValidationAttribute), inherit: true));
        return hasRules ? new(WireNames(json)) : null;
    }

    /// <summary>Returns the errors by field as clients spell it, or null when the request is valid.</summary>
    public Dictionary<string, string[]>? Validate(TRequest request)
    {
        var results = new List<ValidationResult>();
        if (Validator.TryValidateObject(request!, new ValidationContext(request!), results, validateAllProperties: true))
        {
            return null;
        }

        return results
            .SelectMany(result => result.MemberNames.DefaultIfEmpty(RequestProblems.Body), (result, member) => (member, result))
            .GroupBy(
                error => _wireNames.GetValueOrDefault(error.member, error.member),
                error => error.result.ErrorMessage ?? "is not valid")
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    private static Dictionary<string, string> WireNames(JsonTypeInfo json)
    {
        var names = new Dictionary<string, string>();
        foreach (var property in json.Properties)
        {
            if (property.AttributeProvider is MemberInfo member)
            {
                names[member.Name] = property.Name;
            }
        }

        return names;
    }
}
