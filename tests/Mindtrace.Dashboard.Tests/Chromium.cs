namespace Mindtrace.Dashboard.Tests;

/// <summary>Where the browser is: as the system's packages install it, or where <c>MINDTRACE_TEST_CHROMIUM</c> says.</summary>
internal static class Chromium
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    public static string Find() => Environment.GetEnvironmentVariable("MINDTRACE_TEST_CHROMIUM") is { Length: > 0 } named
        ? named
        : Places.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            "There is no Chromium. Install the package chromium, as test.sh does on Debian, or name another in MINDTRACE_TEST_CHROMIUM.");
}
