using Mindtrace.Cluster;

namespace Mindtrace.Manager.Gateway;

/// <summary>A path was asked for that is neither an operation nor below a registered app.</summary>
internal sealed class AppNotFoundException(string name)
    : Exception($"There is neither an operation nor a registered app of the name '{name}'.");

/// <summary>An app cannot be reached, or broke off before it answered.</summary>
internal sealed class AppUnreachableException(AppName name, Uri url, Exception? cause)
    : Exception($"The app '{name}' at {url} gave no answer: {cause?.Message ?? "the connection failed"}", cause);

/// <summary>An app was silent for too long.</summary>
internal sealed class AppTimeoutException(AppName name, Uri url, TimeSpan timeout)
    : Exception($"The app '{name}' at {url} was silent for {timeout.TotalSeconds} s.");
