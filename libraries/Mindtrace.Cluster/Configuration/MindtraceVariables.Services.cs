using System.Globalization;
using System.Text.RegularExpressions;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <content>The services themselves: where they listen, the ports of workers, tools, files.</content>
internal sealed partial class MindtraceVariables
{
    private const string ServiceUrl = "MINDTRACE_DEFAULT_HOST_URLS__SERVICE";
    private const string ManagerUrl = "MINDTRACE_DEFAULT_HOST_URLS__CLUSTER_MANAGER";
    private const string WorkerPorts = "MINDTRACE_CLUSTER__WORKER_PORTS_RANGE";
    private const string ToolMount = "MINDTRACE_MCP__MOUNT_PATH";
    private const string ToolPath = "MINDTRACE_MCP__HTTP_APP_PATH";
    private const string RootDirectory = "MINDTRACE_DIR_PATHS__ROOT";
    private const string ProcessIdDirectory = "MINDTRACE_DIR_PATHS__SERVER_PIDS_DIR";

    private void MapUrl(bool isManager)
    {
        // Ports that are set the .NET way would lose against "urls".
        if (_configuration["http_ports"] is { Length: > 0 } || _configuration["https_ports"] is { Length: > 0 })
        {
            return;
        }

        if (isManager && TryTake(ManagerUrl, out var url))
        {
            MapUrl(ManagerUrl, url);
        }
        else if (TryTake(ServiceUrl, out url))
        {
            MapUrl(ServiceUrl, url);
        }
    }

    private void MapUrl(string name, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url is { UserInfo: "", PathAndQuery: "/", Fragment: "" })
        {
            _settings["urls"] = url.GetLeftPart(UriPartial.Authority);
        }
        else
        {
            Refuse(name, text, "a URL such as http://localhost:8000");
        }
    }

    private void MapWorkerPorts()
    {
        if (!TryTake(WorkerPorts, out var text))
        {
            return;
        }

        if (text.Split('-', ',') is [var first, var last]
            && TryReadPort(first.Trim(), out var from) && TryReadPort(last.Trim(), out var to) && from <= to)
        {
            _settings["Node:WorkerPorts"] = string.Create(CultureInfo.InvariantCulture, $"{from}-{to}");
        }
        else
        {
            Refuse(WorkerPorts, text, "two ports, the lower first, such as 8092-8111 or 8092,8111");
        }
    }

    private void MapTools()
    {
        var given = _taken.Count;
        var path = TakePath(ToolMount, "/mcp-server") + TakePath(ToolPath, "/mcp");
        if (_taken.Count > given)
        {
            _settings[$"{McpOptions.SectionName}:{nameof(McpOptions.Path)}"] = path;
        }
    }

    private string TakePath(string name, string fallback)
    {
        var path = Take(name, fallback).TrimEnd('/');
        if (!UrlPath().IsMatch(path))
        {
            Refuse(name, path, $"a path such as {fallback}");
        }

        return path;
    }

    private void MapProcessIds()
    {
        var directory = TryTake(ProcessIdDirectory, out var given) ? given
            : TryTake(RootDirectory, out var root) ? Path.Combine(root, "pids")
            : null;
        if (directory is null)
        {
            return;
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        _settings[$"{ServiceOptions.SectionName}:{nameof(ServiceOptions.PidDirectory)}"] =
            directory.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, directory[2..]) : directory;
    }

    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPath();
}
