using System.Diagnostics;

namespace Mindtrace.Environments.Tests.Processes;

public sealed class ProcessOwnerTests
{
    private static readonly ProcessOwner Current = ProcessOwner.Current;

    [Fact]
    public void Owner_ThatRuns_IsNotDead() => Assert.False(ProcessOwner.Parse(Current.ToString())!.IsDead);

    [Fact]
    public void Owner_WhoseNumberWasGivenToAnother_IsDead() => Assert.True((Current with { StartedAt = Current.StartedAt - 1 }).IsDead);

    [Fact]
    public async Task Owner_ThatEnded_IsDead()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True((Current with { Id = process.Id }).IsDead);
    }

    [Fact]
    public void Owner_BeforeTheMachineWasStartedAgain_IsDead() => Assert.True((Current with { Boot = "an-earlier-one+pid:[1]" }).IsDead);

    [Fact]
    public void Owner_ElsewhereOnTheMachine_IsNotKnownToBeDead() =>
        Assert.False((Current with { Boot = Current.Boot.Split('+')[0] + "+pid:[1]", StartedAt = 1 }).IsDead);

    [Fact]
    public void Owner_OnAnotherMachine_IsNotKnownToBeDead() =>
        Assert.False((Current with { Machine = "elsewhere", Boot = "another", StartedAt = 1 }).IsDead);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("a/b/c/d")]
    [InlineData("a/b/1/2/3")]
    public void Owner_ThatIsNone_IsNotRead(string? text) => Assert.Null(ProcessOwner.Parse(text));
}
