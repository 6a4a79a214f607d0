namespace Mindtrace.Services;

/// <summary>Which roles include which.</summary>
internal static class RoleExtensions
{
    /// <summary>Lists what a role includes, itself first. Node and worker stand apart from the others.</summary>
    public static IReadOnlyList<Role> Included(this Role role) => role switch
    {
        Role.Admin => [Role.Admin, Role.Operator, Role.Submitter, Role.Viewer],
        Role.Operator => [Role.Operator, Role.Submitter, Role.Viewer],
        Role.Submitter => [Role.Submitter, Role.Viewer],
        _ => [role],
    };
}
