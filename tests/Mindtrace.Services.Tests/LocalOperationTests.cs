using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services.Tests;

/// <summary>Operations that the service calls itself, for people on its pages.</summary>
public sealed class LocalOperationTests
{
    private static readonly Operation<Shout, string> Loud = new("shout", Role.Operator);
    private static readonly Operation<Unit, string> WhoAmI = new("who_am_i", Role.Viewer);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_RoleIsHeld_Answers()
    {
        await using var service = await StartAsync();

        Assert.Equal("HEY", await Local(service).CallAsync(Loud, new Shout("hey"), Holder(Role.Operator), Cancel));
    }

    [Fact]
    public async Task Call_RoleIsLacking_IsRefusedAsByHttp()
    {
        await using var service = await StartAsync();

        var refused = await Assert.ThrowsAsync<OperationException>(() => Local(service).CallAsync(Loud, new Shout("hey"), Holder(Role.Viewer), Cancel));

        Assert.Equal((403, ProblemTypes.Forbidden), (refused.Status, refused.ProblemType));
        Assert.EndsWith("lacks the role operator.", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_FieldIsWrong_IsRefusedAsByHttp()
    {
        await using var service = await StartAsync();

        var refused = await Assert.ThrowsAsync<OperationException>(() => Local(service).CallAsync(Loud, new Shout("far too long"), Holder(Role.Operator), Cancel));

        Assert.Equal((422, ProblemTypes.InvalidRequest), (refused.Status, refused.ProblemType));
        Assert.Equal("text", Assert.Single(refused.Errors).Key);
    }

    [Fact]
    public async Task Call_HandlerThrows_IsTheProblemThatItWouldBeByHttp()
    {
        await using var service = await StartAsync();

        var refused = await Assert.ThrowsAsync<OperationException>(() => Local(service).CallAsync(Loud, new Shout("order"), Holder(Role.Operator), Cancel));

        Assert.Equal((409, "no more of these"), (refused.Status, refused.Detail));
    }

    [Fact]
    public async Task Call_TheCaller_IsWhoCallsForThatCallAlone()
    {
        await using var service = await StartAsync();

        Assert.Equal("ada", await Local(service).CallAsync(WhoAmI, default, Holder(Role.Viewer, "ada"), Cancel));
        Assert.Null(service.App.Services.GetRequiredService<Caller>().Name);
        Assert.Equal("bob", await Local(service).CallAsync(WhoAmI, default, Holder(Role.Viewer, "bob"), Cancel));
    }

    [Fact]
    public async Task Session_IsOpenForAsLongAsItsKeyIsValid()
    {
        await using var service = await StartAsync();
        var sessions = service.App.Services.GetRequiredService<ApiKeySessions>();

        var holder = await sessions.OpenAsync(SampleService.Key, "Session", Cancel);

        Assert.True(holder!.IsInRole(nameof(Role.Admin)));
        Assert.DoesNotContain(holder.Claims, claim => claim.Value.Contains(SampleService.Key, StringComparison.Ordinal));
        Assert.True(await sessions.IsOpenAsync(holder, Cancel));
        Assert.Null(await sessions.OpenAsync(SampleService.Key + "x", "Session", Cancel));
        Assert.False(await sessions.IsOpenAsync(Holder(Role.Admin, "api key"), Cancel));
    }

    private static Task<SampleService> StartAsync() => SampleService.StartAsync(map: operations =>
    {
        operations.Map(Loud, (request, _) => request.Text == "order"
            ? throw new OrderException("no more of these")
            : Task.FromResult(request.Text.ToUpperInvariant()));
        operations.Map(WhoAmI, (Caller caller, CancellationToken _) => Task.FromResult(caller.Name ?? "nobody"));
    });

    private static LocalOperations Local(SampleService service) => service.App.Services.GetRequiredService<LocalOperations>();

    private static ClaimsPrincipal Holder(Role role, string name = "somebody") => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, role.ToString())], "test"));

    private sealed record Shout([property: StringLength(10)] string Text);
}
