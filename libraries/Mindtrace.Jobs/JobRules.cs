using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>Checks the members of jobs that stand inside of something else, which is checked by itself only.</summary>
public static class JobRules
{
    /// <summary>Finds what is wrong with a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="field">Where the job stands, as clients spell it, such as <c>jobs[3]</c>.</param>
    /// <returns>What is wrong, each with its field as clients spell it.</returns>
    public static IEnumerable<ValidationResult> Check(Job job, string field)
    {
        ArgumentNullException.ThrowIfNull(job);
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(job, new ValidationContext(job), found, validateAllProperties: true);
        return found.Select(result => new ValidationResult(
            result.ErrorMessage, [.. result.MemberNames.Select(member => $"{field}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(member)}")]));
    }
}
