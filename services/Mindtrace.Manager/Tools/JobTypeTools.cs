using System.Security.Claims;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Tools;

/// <summary>Makes each job type whose payload has a schema a tool for language models. A long job is answered as it is, to be asked for again.</summary>
internal sealed class JobTypeTools(JobTypeCatalog types, LocalOperations operations, IOptions<JobToolOptions> options) : IToolSource
{
    private const string Prefix = "run_";

    public Role Role => JobOperations.SubmitJob.Role;

    public async Task<IReadOnlyList<ServiceTool>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. (await FindAsync(cancellationToken)).Select(tool => new ServiceTool(tool.Key, Describe(tool.Value), tool.Value.InputSchema!.Value)),
    ];

    public async Task<JsonElement?> CallAsync(string name, JsonElement arguments, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(cancellationToken)).TryGetValue(name, out var definition))
        {
            return null;
        }

        var job = new Job { SchemaName = definition.JobType, Payload = arguments };
        var submitted = await operations.CallAsync(JobOperations.SubmitJob, job, user, cancellationToken);
        var wait = new WaitForJobRequest(submitted.JobId) { TimeoutSeconds = options.Value.WaitTime.TotalSeconds };
        var status = await operations.CallAsync(JobOperations.WaitForJob, wait, user, cancellationToken);
        return JsonSerializer.SerializeToElement(status, JobOperations.WaitForJob.ResponseJson);
    }

    private async Task<Dictionary<string, JobTypeDefinition>> FindAsync(CancellationToken cancellationToken) =>
        (await types.ListAsync(cancellationToken))
            .Where(definition => definition.InputSchema is { } schema && DescribesAnObject(schema))
            .DistinctBy(definition => NameOf(definition.JobType))
            .ToDictionary(definition => NameOf(definition.JobType));

    // The arguments of a tool are an object, and its schema has to say so.
    private static bool DescribesAnObject(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object");

    private static string NameOf(JobType type) => Prefix + type.Value.Replace('.', '_').Replace(':', '_');

    private string Describe(JobTypeDefinition definition) =>
        $"{definition.Description ?? $"Runs a job of the type {definition.JobType}."} Submits the job and waits up to {options.Value.WaitTime.TotalSeconds:0} seconds for its end. "
        + "If the status is still queued or running, the job goes on: call wait_for_job with its job_id until the status is completed, failed, error or cancelled. "
        + "cancel_job ends it early, job_logs shows what it prints.";
}
