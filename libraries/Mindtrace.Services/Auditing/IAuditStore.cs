namespace Mindtrace.Services;

/// <summary>Where a service keeps its audit log, beside its own log.</summary>
public interface IAuditStore
{
    /// <summary>Adds an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the entry is kept.</returns>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);
}
