using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.AppHost.Tests.Hostile;

/// <summary>The keys that attackers have got hold of.</summary>
/// <param name="Viewer">Of somebody who reads.</param>
/// <param name="Submitter">Of somebody who submits.</param>
/// <param name="Operator">Of somebody who operates.</param>
/// <param name="Worker">Of a worker that no node launched.</param>
/// <param name="Revoked">Of an administrator, whose loss was noticed.</param>
/// <param name="LaunchedWorker">Of a worker that a node has just launched.</param>
/// <param name="EndedWorker">Of one that the node launched yesterday.</param>
internal sealed record StolenKeys(string Viewer, string Submitter, string Operator, string Worker, string Revoked, string LaunchedWorker, string EndedWorker)
{
    public static async Task<StolenKeys> StealAsync(ClusterClient admin, Uri node, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var revoked = await MakeAsync("revoked", Role.Admin);
        await admin.RevokeKeyAsync(revoked.Name, cancellationToken);
        return new StolenKeys(
            await OfAsync(Role.Viewer), await OfAsync(Role.Submitter), await OfAsync(Role.Operator), await OfAsync(Role.Worker), revoked.Key,
            OfWorker(now), OfWorker(now.AddDays(-1)));

        async Task<string> OfAsync(Role role) => (await MakeAsync(role.ToString().ToLowerInvariant(), role)).Key;

        Task<CreateKeyResponse> MakeAsync(string name, Role role) =>
            admin.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse($"stolen-{name}"), [role]), cancellationToken);

        string OfWorker(DateTimeOffset launchedAt) => LaunchedWorkerKey.Of(
            LaunchedWorkerKey.NewWorker(launchedAt), node, ApiKey.Derive($"workers@{node.AbsoluteUri}", Boot.BootedCluster.ApiKey).Text).Text;
    }

    /// <summary>Holds no secret, in case somebody prints it.</summary>
    public override string ToString() => nameof(StolenKeys);
}
