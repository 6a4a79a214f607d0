namespace Mindtrace.Services;

/// <summary>Which roles include which.</summary>
internal static class RoleExtensions
{
    /// <summary>Gets the roles that a key can hold.</summary>
    public static IReadOnlyList<Role> OfKeys { get; } = [.. Enum.GetValues<Role>().Where(role => role != Role.Job)];

    /// <summary>Lists what a role includes, itself first. Node and worker stand apart from the others, and so does job.</summary>
    public static IReadOnlyList<Role> Included(this Role role) => role switch
    {
        Role.Admin => [Role.Admin, Role.Operator, Role.Submitter, Role.Viewer],
        Role.Operator => [Role.Operator, Role.Submitter, Role.Viewer],
        Role.Submitter => [Role.Submitter, Role.Viewer],
        Role.Node => [Role.Node, Role.Worker],
        _ => [role],
    };
}
