using System.Text.Json;
using Microsoft.Playwright;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;
using static Microsoft.Playwright.Assertions;

namespace Mindtrace.Dashboard.Tests;

public sealed class WorkerPageTests(DashboardFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_IsLaunchedDrainedAndRead()
    {
        var type = await fixture.NewTypeAsync("launched");
        await fixture.Client.RegisterWorkerTypeAsync(
            new RegisterWorkerTypeRequest(WorkerTypeName.Parse(type.Value), nameof(EchoWorker)) { JobType = type }, Cancel);
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/workers");
        await visit.Page.GetByLabel("Worker type").SelectOptionAsync(type.Value);

        await visit.Button("Launch").ClickAsync();

        await Expect(visit.Page.GetByText($"{type} is ready")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var row = visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = type.Value });
        await Expect(row.Locator(".state")).ToHaveTextAsync("idle");
        var worker = await row.GetByRole(AriaRole.Rowheader).InnerTextAsync();
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Button("Drain").Last.ClickAsync();
        await Expect(visit.Page.GetByText("takes no more jobs.").Last).ToBeVisibleAsync();

        await visit.GoAsync($"/ui/workers/{worker}", worker);
        await Expect(visit.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("Now listening on");
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task Worker_IsShutDownOnceConfirmed_AndItsLogStays()
    {
        var type = await fixture.NewTypeAsync("stopped");
        var name = WorkerTypeName.Parse(type.Value);
        await fixture.Client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(name, nameof(EchoWorker)) { JobType = type }, Cancel);
        var launch = await fixture.Client.WaitForLaunchAsync(await fixture.Client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(name), Cancel), Cancel);
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, $"/ui/workers/{launch.WorkerId}");

        await visit.Button("Shut down").ClickAsync();
        await visit.Page.Locator("fluent-dialog").GetByRole(AriaRole.Button, new() { Name = "Shut down" }).ClickAsync();

        await Expect(visit.Page.GetByText("has ended.")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("Application is shutting down");
    }

    [Fact]
    public async Task Node_IsDrainedOnceConfirmed_AndResumed()
    {
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/workers");
        var node = visit.Page.GetByRole(AriaRole.Row).Filter(new() { Has = visit.Page.Locator("meter") });

        await node.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Button("Drain").Last.ClickAsync();
        await Expect(node.Locator(".state")).ToHaveTextAsync("alive, drained");
        await node.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(node.Locator(".state")).ToHaveTextAsync("alive");
    }

    [Fact]
    public async Task Nodes_ShowTheirCapacity()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, "/ui/workers");

        var node = visit.Page.GetByRole(AriaRole.Row).Filter(new() { Has = visit.Page.Locator("meter") });

        await Expect(node).ToContainTextAsync("of 10");
        await Expect(node.Locator(".state")).ToHaveTextAsync("alive");
    }

    [Fact]
    public async Task WorkerType_ShowsItsVersions_AndNoValueOfItsParameters()
    {
        var name = WorkerTypeName.Parse($"resize-{Guid.NewGuid().ToString("N")[..8]}");
        var request = new RegisterWorkerTypeRequest(name, nameof(EchoWorker))
        {
            JobType = await fixture.NewTypeAsync("resized"),
            WorkerParams = new Dictionary<string, JsonElement> { ["delay"] = JsonElement.Parse("\"00:00:07\"") },
        };
        await fixture.Client.RegisterWorkerTypeAsync(request, Cancel);
        await fixture.Client.RegisterWorkerTypeAsync(request, Cancel);
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Viewer)).Key, "/ui/worker-types");
        var row = visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = name.Value });

        await row.Locator("summary").ClickAsync();

        await Expect(row.Locator(".versions li")).ToHaveCountAsync(2);
        await Expect(row).ToContainTextAsync("delay");
        await Expect(row).Not.ToContainTextAsync("00:00:07");
    }

    [Fact]
    public async Task JobType_ShowsWhereItGoes_AndIsClearedOnceConfirmed()
    {
        var type = await fixture.NewTypeAsync("cleared");
        var job = await StoredJob.SubmitAsync(fixture, type);
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/job-types");
        await Expect(visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = type.Value })).ToContainTextAsync("its queue");

        await visit.Button($"Clear the queue of {type}").ClickAsync();
        await visit.Button("Clear").ClickAsync();

        await Expect(visit.Page.GetByText($"The queue of {type} is empty.")).ToBeVisibleAsync();
        Assert.Equal(JobState.Cancelled, (await fixture.Client.GetJobStatusAsync(job.Id, Cancel)).Status);
    }

    [Fact]
    public async Task JobType_IsPausedAndResumed()
    {
        var type = await fixture.NewTypeAsync("paused");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/job-types");
        var row = visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = type.Value });

        await visit.Button($"Pause {type}").ClickAsync();
        await Expect(row.Locator(".state")).ToHaveTextAsync("paused");
        Assert.True((await fixture.Client.ListJobTypesAsync(Cancel)).Single(known => known.JobType == type).IsPaused);
        await visit.Button($"Resume {type}").ClickAsync();

        await Expect(visit.Page.GetByText($"The jobs of {type} begin again.")).ToBeVisibleAsync();
        await Expect(row.Locator(".state")).ToHaveCountAsync(0);
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task WorkerType_IsScaledByKeyboard_AndLeftAlone()
    {
        var name = WorkerTypeName.Parse($"scaled-{Guid.NewGuid().ToString("N")[..8]}");
        await fixture.Client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(name, nameof(EchoWorker)) { JobType = await fixture.NewTypeAsync("scaled") }, Cancel);
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/worker-types");
        var row = visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = name.Value });
        await Expect(row).ToContainTextAsync("as launched");

        await visit.Button($"Scale {name}").ClickAsync();
        await Expect(visit.Page.GetByLabel($"Workers of {name} at least")).ToBeFocusedAsync();
        await visit.Page.GetByLabel("At most").FillAsync("3");
        await visit.Page.GetByLabel("At most").PressAsync("Enter");

        await Expect(row).ToContainTextAsync("of 0 to 3");
        Assert.Equal((0, 3), Assert.Single(await fixture.Client.ListScalesAsync(Cancel), it => it.Scale.WorkerType == name).Scale switch { var it => (it.Min, it.Max) });
        await visit.Button($"Scale {name}").ClickAsync();
        await visit.Button("Leave them alone").ClickAsync();
        await Expect(row).ToContainTextAsync("as launched");
        Assert.Empty(visit.Faults);
    }

    [Theory]
    [InlineData("/ui/workers", "Nodes")]
    [InlineData("/ui/worker-types", "Worker types")]
    [InlineData("/ui/job-types", "Job types")]
    public async Task Viewer_IsOfferedNothing(string path, string heading)
    {
        await fixture.NewTypeAsync("looked-at");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Viewer)).Key, path);

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true })).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("main .table, main .empty").First).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("main").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Schedule_ShowsItsNextRun_AndIsEndedOnceConfirmed()
    {
        var name = ScheduleName.Parse($"nightly-{Guid.NewGuid().ToString("N")[..8]}");
        var job = new Job { SchemaName = await fixture.NewTypeAsync("recurring"), Payload = JobsJson.EmptyObject };
        await fixture.Client.ScheduleJobAsync(new JobSchedule(name, "30 2 * * *", job) { TimeZone = "Europe/Berlin" }, Cancel);
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/schedules");
        var row = visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = name.Value });
        await Expect(row).ToContainTextAsync("30 2 * * *");
        await Expect(row).ToContainTextAsync("Europe/Berlin");
        await Expect(row.Locator("time")).ToContainTextAsync("in ");

        await row.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Button("End").ClickAsync();

        await Expect(row).ToBeHiddenAsync();
        Assert.DoesNotContain(await fixture.Client.ListSchedulesAsync(Cancel), status => status.Schedule.Name == name);
    }
}
