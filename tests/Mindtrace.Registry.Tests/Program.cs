using Mindtrace.Registry.Tests;
using Xunit.MicrosoftTestingPlatform;

return args is [SecondProcess.Command, .. var arguments]
    ? await SecondProcess.RunAsync(arguments)
    : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
