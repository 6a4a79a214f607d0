namespace Mindtrace.Manager.Nodes;

/// <summary>How the manager picks nodes. Bound from <c>Placement</c>.</summary>
internal sealed class PlacementOptions
{
    public const string SectionName = "Placement";

    /// <summary>Gets or sets which of the nodes that could take a worker does.</summary>
    /// <value>The default is <see cref="PlacementStrategy.Spread"/>.</value>
    public PlacementStrategy Strategy { get; set; } = PlacementStrategy.Spread;
}

/// <summary>Which of the nodes that could take a worker does.</summary>
internal enum PlacementStrategy
{
    /// <summary>The one that would be used least: a lost node costs little.</summary>
    Spread,

    /// <summary>The one that would be used most: others become free, for large workers or to be switched off.</summary>
    BinPack,
}
