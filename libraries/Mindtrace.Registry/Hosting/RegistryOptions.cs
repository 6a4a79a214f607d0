namespace Mindtrace.Registry;

/// <summary>Where the registry keeps its objects and packages. Bound from <c>Registry</c>.</summary>
public sealed class RegistryOptions
{
    /// <summary>The configuration section: <c>Registry</c>.</summary>
    public const string SectionName = "Registry";

    /// <summary>Gets or sets the kind of store.</summary>
    /// <value>The default is <see cref="RegistryBackend.FileSystem"/>, which needs no server.</value>
    public RegistryBackend Backend { get; set; } = RegistryBackend.FileSystem;

    /// <summary>Gets or sets the folder of the file system store.</summary>
    /// <value>
    /// A path that all services of one machine share. The default is <c>mindtrace/registry</c> in the account's local application data.
    /// </value>
    public string Path { get; set; } = System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "mindtrace", "registry");
}

/// <summary>The stores that a registry can use.</summary>
public enum RegistryBackend
{
    /// <summary>A folder, for one machine.</summary>
    FileSystem,

    /// <summary>A bucket of MinIO or any other S3 server; its connection string is <c>ConnectionStrings:minio</c>.</summary>
    Minio,
}
