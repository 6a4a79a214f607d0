using System.Globalization;
using Mindtrace.Jobs;
using Mindtrace.Registry;

namespace Mindtrace.Manager.Logs;

/// <summary>Lines of logs in the registry's store: <c>jobs/{job}/{when it was accepted}/log/{first line}-{last line}</c>, as <see cref="JobLogText"/>.</summary>
/// <remarks>Every method throws <see cref="RegistryException"/> when the store cannot be used.</remarks>
internal sealed class JobLogArchive(IBlobStore blobs)
{
    public Task WriteAsync(string home, JobLogRange lines, ReadOnlyMemory<byte> text, CancellationToken cancellationToken) =>
        blobs.WriteAsync(Key(home, lines), text, cancellationToken);

    /// <returns>The lines; none when the job was forgotten.</returns>
    public async Task<IReadOnlyList<JobLogLine>> ReadAsync(string home, JobLogRange lines, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(Key(home, lines), cancellationToken) is { } text ? JobLogText.Read(text, lines.First) : [];

    public Task DeleteAsync(string home, JobLogRange lines, CancellationToken cancellationToken) =>
        blobs.DeleteAsync(Key(home, lines), cancellationToken);

    /// <summary>Deletes all that was ever written of a log, also what nobody noted.</summary>
    public async Task DeleteAsync(string home, CancellationToken cancellationToken)
    {
        await foreach (var key in blobs.ListAsync(Folder(home), cancellationToken))
        {
            await blobs.DeleteAsync(key, cancellationToken);
        }
    }

    private static string Folder(string home) => $"jobs/{home}/log/";

    private static string Key(string home, JobLogRange lines) =>
        string.Create(CultureInfo.InvariantCulture, $"{Folder(home)}{lines.First}-{lines.Last}");
}
