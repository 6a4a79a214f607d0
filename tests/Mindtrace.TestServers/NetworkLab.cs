using System.ComponentModel;
using System.Net;
using System.Security.Cryptography;

namespace Mindtrace.TestServers;

/// <summary>
/// A network of machines of its own: each machine is a network namespace with one link to this one, and its processes share nothing of
/// this machine's network. Needs root and <c>ip</c>. All of it goes when it is disposed.
/// </summary>
public sealed class NetworkLab : IAsyncDisposable
{
    private const int NetworkAttempts = 20;
    private readonly string _name;
    private readonly int _network;
    private readonly List<NetworkMachine> _machines = [];

    private NetworkLab(string name, int network) => (_name, _network) = (name, network);

    /// <summary>Gets the address of this machine in the network.</summary>
    public IPAddress Address => AddressOf(1);

    /// <summary>Makes a network without machines.</summary>
    /// <exception cref="ServerUnavailableException">The machine does not let this process make networks.</exception>
    public static async Task<NetworkLab> CreateAsync(CancellationToken cancellationToken)
    {
        // test.sh removes the networks of processes that died, which it knows by their names.
        var name = $"mt{Environment.ProcessId}x{RandomNumberGenerator.GetHexString(2, lowercase: true)}";
        var network = RandomNumberGenerator.GetInt32(256);
        for (var attempt = 1; await IsTakenAsync(network, cancellationToken) && attempt < NetworkAttempts; attempt++)
        {
            network = RandomNumberGenerator.GetInt32(256);
        }

        var lab = new NetworkLab(name, network);
        if (await TryAsync(cancellationToken, "link", "add", name, "type", "bridge") is { } refusal)
        {
            throw new ServerUnavailableException($"Networks cannot be made here: {refusal}");
        }

        try
        {
            await DoAsync(cancellationToken, "address", "add", $"{lab.Address}/24", "dev", name);
            await DoAsync(cancellationToken, "link", "set", name, "up");
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a machine, with a link to this one.</summary>
    public async Task<NetworkMachine> AddMachineAsync(CancellationToken cancellationToken)
    {
        var index = _machines.Count;
        var machine = new NetworkMachine($"{_name}-{index}", $"{_name}{index}", AddressOf(2 + index));
        await DoAsync(cancellationToken, "netns", "add", machine.Namespace);
        _machines.Add(machine);
        await DoAsync(cancellationToken, "link", "add", machine.Link, "type", "veth", "peer", "name", "eth0", "netns", machine.Namespace);
        await DoAsync(cancellationToken, "link", "set", machine.Link, "master", _name, "up");
        await DoAsync(cancellationToken, "-n", machine.Namespace, "address", "add", $"{machine.Address}/24", "dev", "eth0");
        await DoAsync(cancellationToken, "-n", machine.Namespace, "link", "set", "eth0", "up");
        await DoAsync(cancellationToken, "-n", machine.Namespace, "link", "set", "lo", "up");
        return machine;
    }

    /// <summary>Removes the machines and the network. Processes on the machines must have been ended before.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines)
        {
            await TryAsync(CancellationToken.None, "link", "delete", machine.Link);
            await TryAsync(CancellationToken.None, "netns", "delete", machine.Namespace);
        }

        await TryAsync(CancellationToken.None, "link", "delete", _name);
    }

    internal static async Task DoAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        if (await TryAsync(cancellationToken, arguments) is { } refusal)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)} failed: {refusal}");
        }
    }

    private static async Task<bool> IsTakenAsync(int network, CancellationToken cancellationToken)
    {
        try
        {
            return (await Command.RunAsync("ip", ["-4", "route", "show", $"10.213.{network}.0/24"], cancellationToken)).Output.Length > 0;
        }
        catch (Win32Exception)
        {
            throw new ServerUnavailableException("Networks cannot be made here: there is no ip command. Install iproute2.");
        }
    }

    private static async Task<string?> TryAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var result = await Command.RunAsync("ip", arguments, cancellationToken);
        return result.ExitCode == 0 ? null : result.Error;
    }

    private IPAddress AddressOf(int host) => new([10, 213, (byte)_network, (byte)host]);
}

/// <summary>A machine of a <see cref="NetworkLab"/>.</summary>
/// <param name="Namespace">Its network namespace.</param>
/// <param name="Link">This machine's end of its link.</param>
/// <param name="Address">Its address.</param>
public sealed record NetworkMachine(string Namespace, string Link, IPAddress Address)
{
    /// <summary>Makes a program that runs another one on that machine.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="command">The other program and its arguments.</param>
    public void WriteProgram(string path, params IEnumerable<string> command)
    {
        File.WriteAllText(path, $"#!/bin/sh\nexec ip netns exec {Namespace} {string.Join(' ', command)}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Cuts the link: nothing arrives any more, and nobody is told.</summary>
    public Task CutAsync(CancellationToken cancellationToken) => NetworkLab.DoAsync(cancellationToken, "link", "set", Link, "down");

    /// <summary>Mends the link.</summary>
    public Task MendAsync(CancellationToken cancellationToken) => NetworkLab.DoAsync(cancellationToken, "link", "set", Link, "up");
}
