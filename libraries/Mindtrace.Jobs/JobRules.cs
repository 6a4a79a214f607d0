using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>Checks the members of jobs that stand inside of something else, which is checked by itself only.</summary>
public static class JobRules
{
    // The framework's own walk makes a context for each of some thirty properties, of which a handful have rules.
    private static readonly (PropertyInfo Property, ValidationAttribute[] Rules)[] Ruled =
    [
        .. from property in typeof(Job).GetProperties()
           let rules = property.GetCustomAttributes<ValidationAttribute>(inherit: true).ToArray()
           where rules.Length > 0
           select (property, rules),
    ];

    /// <summary>Finds what is wrong with a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="field">Where the job stands, as clients spell it, such as <c>jobs[3]</c>.</param>
    /// <returns>What is wrong, each with its field as clients spell it.</returns>
    public static IEnumerable<ValidationResult> Check(Job job, string field)
    {
        ArgumentNullException.ThrowIfNull(job);
        var context = new ValidationContext(job);
        foreach (var (property, rules) in Ruled)
        {
            var value = property.GetValue(job);
            context.MemberName = property.Name;
            foreach (var rule in rules)
            {
                if (rule.GetValidationResult(value, context) is { } broken)
                {
                    yield return new ValidationResult(broken.ErrorMessage, [$"{field}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}"]);
                }
            }
        }
    }
}
