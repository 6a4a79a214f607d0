namespace Mindtrace.Hosting.Infrastructure;

/// <summary>An S3 server that takes MinIO's arguments and environment.</summary>
internal sealed class MinioResource : ContainerResource, IResourceWithConnectionString
{
    public const string ApiEndpointName = "http";
    public const string ConsoleEndpointName = "console";

    public MinioResource(string name, string accessKey, ParameterResource secretKey) : base(name)
    {
        AccessKey = accessKey;
        SecretKey = secretKey;
        Api = new EndpointReference(this, ApiEndpointName);
    }

    public string AccessKey { get; }

    public ParameterResource SecretKey { get; }

    public EndpointReference Api { get; }

    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Endpoint={Api.Property(EndpointProperty.Url)};AccessKey={AccessKey};SecretKey={SecretKey}");
}
