using Mindtrace.Jobs;

namespace Mindtrace.Manager.Jobs;

/// <summary>A submitter is to change a job that was not submitted with the same key.</summary>
internal sealed class JobOfAnotherException(JobId id) : Exception($"Job '{id}' was not submitted with this key. To cancel any job, the role operator is needed.");
