using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>The names that examples of requests are about.</summary>
internal static class Examples
{
    public static readonly JobId Job = JobId.Parse("0199d3f2-6f0b-7c35-a2f1-5d3f0b8e1c47");
    public static readonly JobType JobType = JobType.Parse("echo_job");
    public static readonly JsonElement Payload = JsonElement.Parse("""{"message":"Hello cluster"}""");
    public static readonly JsonElement Output = JsonElement.Parse("""{"echoed":"Hello cluster"}""");
    public static readonly WorkerId Worker = WorkerId.Parse("5b1c9a52-8d0e-4a77-9d0c-2a4f6f1e7b90");
    public static readonly Uri WorkerUrl = new("http://192.168.1.20:8092/");
    public static readonly WorkerTypeName WorkerType = WorkerTypeName.Parse("echo_worker");
    public static readonly Uri NodeUrl = new("http://192.168.1.20:8003/");
    public static readonly Guid Launch = Guid.Parse("7d0b6f0e-6a43-4c0f-9b7e-3f1f5a1c2d3e");
    public static readonly AttemptToken Token = AttemptToken.Parse("c0a8012e-4f3b-4f7e-8a55-0d6c1f2b3a4d");
    public static readonly AppName App = AppName.Parse("camera");
    public static readonly KeyName Key = KeyName.Parse("ci");
    public static readonly DateTimeOffset Time = new(2026, 5, 1, 6, 0, 0, TimeSpan.Zero);
}
