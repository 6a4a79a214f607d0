using System.Diagnostics;
using System.Globalization;

namespace Mindtrace.Registry.Tests;

/// <summary>This test program started again, as a writer on a folder that the tests write to at the same time.</summary>
internal static class SecondProcess
{
    public const string Command = "save-versions";

    /// <summary>Starts the writer; it begins when a line arrives on its input.</summary>
    public static Process Start(string folder, RegistryName name, string writer, int versions)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Under `dotnet exec` the process is the host, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SecondProcess).Assembly.Location);
        }

        foreach (var argument in new[] { Command, folder, name.ToString(), writer, versions.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        var registry = new ObjectRegistry(new FileBlobStore(arguments[0], TimeProvider.System), TimeProvider.System);
        var name = RegistryName.Parse(arguments[1]);
        Console.WriteLine("ready");
        Console.ReadLine();
        for (var i = 0; i < int.Parse(arguments[3], CultureInfo.InvariantCulture); i++)
        {
            var version = await registry.SaveAsync(name, Samples.Twins($"{arguments[2]}-{i}"));
            Console.WriteLine(version.Id);
        }

        return 0;
    }
}
