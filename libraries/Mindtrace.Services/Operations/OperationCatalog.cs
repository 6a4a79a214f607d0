namespace Mindtrace.Services;

/// <summary>The operations that a service has mapped, in order of registration.</summary>
public sealed class OperationCatalog
{
    private readonly List<Operation> _operations = [];

    /// <summary>Gets the mapped operations, the seven of every service first.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    internal void Add(Operation operation)
    {
        if (_operations.Exists(known => known.Name == operation.Name))
        {
            throw new InvalidOperationException(
                $"The operation '{operation.Name}' is mapped twice. Each name belongs to one operation of a service.");
        }

        _operations.Add(operation);
    }
}
