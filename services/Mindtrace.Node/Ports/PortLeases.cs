using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mindtrace.Node.Ports;

/// <summary>Gives ports to workers, none twice: neither one that anybody listens on nor one that any node of this machine has given away.</summary>
/// <remarks>
/// A lease is an exclusive lock on a file that stands for the port, in a folder that all nodes of the machine share. The lock
/// bridges the time in which a port is given away and nobody listens on it yet, or for the moment. It is the operating system's, so
/// it goes with a node that is killed; a worker that outlives its node keeps its port by listening on it. The files stay:
/// whoever deleted one could delete it under another node that is about to lock it.
/// </remarks>
internal sealed class PortLeases
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode WritableByAll = ReadableByAll | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "mindtrace-ports");

    /// <summary>Takes the first free port of a range.</summary>
    /// <returns>The lease; <see langword="null"/> when no port is free.</returns>
    public PortLease? TakeFirst(PortRange range)
    {
        for (var port = range.First; port <= range.Last; port++)
        {
            if (TryTake(port) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    /// <summary>Takes a port.</summary>
    /// <returns>The lease; <see langword="null"/> when the port is given away, or somebody listens on it.</returns>
    public PortLease? TryTake(int port)
    {
        var lease = TryLock(port);
        if (lease is null || IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port)))
        {
            return lease;
        }

        lease.Dispose();
        return null;
    }

    /// <summary>Takes the port of a worker that listens on it already.</summary>
    /// <returns>The lease; <see langword="null"/> when another node has given the port away.</returns>
    public PortLease? TryLock(int port)
    {
        MakeFolder();
        var path = Path.Combine(_folder, port.ToString(CultureInfo.InvariantCulture) + ".lock");
        try
        {
            return new PortLease(port, Open(path));
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Reading suffices for a lock, and files that belong to another user can be read.
    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (FileNotFoundException)
        {
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file.SafeFileHandle, ReadableByAll);
            }

            return file;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException fault)
        {
            // Without IPv6 there is nobody on its loopback address.
            return fault.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }

    private void MakeFolder()
    {
        if (Directory.Exists(_folder))
        {
            return;
        }

        Directory.CreateDirectory(_folder);
        if (!OperatingSystem.IsWindows())
        {
            // Not at its creation, where the process's umask would narrow it to this user.
            File.SetUnixFileMode(_folder, WritableByAll);
        }
    }
}

/// <summary>A port that is given away until this is disposed.</summary>
internal sealed class PortLease(int port, FileStream file) : IDisposable
{
    public int Port { get; } = port;

    public void Dispose() => file.Dispose();
}
