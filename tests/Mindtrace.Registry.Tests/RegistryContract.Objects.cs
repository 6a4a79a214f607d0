using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using static Mindtrace.Registry.Tests.Samples;

namespace Mindtrace.Registry.Tests;

public abstract partial class RegistryContract
{
    [Fact]
    public async Task Save_NewName_IsFoundWithFilesAndMetadata()
    {
        var saved = await OpenRegistry().SaveAsync(Echo, Twins("hello"), Cancel);

        var found = await OpenRegistry().FindAsync(Echo, Cancel);

        Assert.NotNull(found);
        Assert.Equal(saved, found.Version);
        Assert.Equal(Clock.GetUtcNow(), found.Version.SavedAt);
        Assert.Equal(["a.txt", "b/c.txt"], found.Content.Files.Keys);
        Assert.Equal("hello", found.AssertTwins());
    }

    [Fact]
    public async Task Find_UnknownName_IsNull() => Assert.Null(await OpenRegistry().FindAsync(Echo, Cancel));

    [Fact]
    public async Task Save_KnownName_ReplacesTheLiveVersionAndKeepsTheOldOne()
    {
        var registry = OpenRegistry();
        var first = await registry.SaveAsync(Echo, Content("one"), Cancel);
        var second = await registry.SaveAsync(Echo, Content("two"), Cancel);

        Assert.Equal("two", (await registry.FindAsync(Echo, Cancel))!.Text());
        Assert.Equal("one", (await registry.FindAsync(Echo, first.Id, Cancel))!.Text());
        Assert.Equal("two", (await registry.FindAsync(Echo, second.Id, Cancel))!.Text());
        Assert.Null(await registry.FindAsync(Echo, Guid.NewGuid(), Cancel));
    }

    [Fact]
    public async Task History_ClockStandsStillThenGoesBack_IsNewestFirst()
    {
        List<RegistryVersion> saved = [];
        saved.Add(await OpenRegistry().SaveAsync(Echo, Content("one"), Cancel));
        saved.Add(await OpenRegistry().SaveAsync(Echo, Content("two"), Cancel));
        var behind = new ObjectRegistry(OpenStore(), new FakeTimeProvider(Clock.GetUtcNow().AddHours(-1)));
        saved.Add(await behind.SaveAsync(Echo, Content("three"), Cancel));

        saved.Reverse();
        Assert.Equal(saved, await OpenRegistry().HistoryAsync(Echo, Cancel));
    }

    [Fact]
    public async Task History_UnknownName_IsEmpty() => Assert.Empty(await OpenRegistry().HistoryAsync(Echo, Cancel));

    [Fact]
    public async Task History_NameThatBeginsLikeAnother_IsItsOwn()
    {
        var registry = OpenRegistry();
        await registry.SaveAsync(new RegistryName("worker", "echo2"), Content("other"), Cancel);

        Assert.Empty(await registry.HistoryAsync(Echo, Cancel));
    }

    [Fact]
    public async Task List_OfOneKind_HasTheLiveVersionsOfThatKind()
    {
        var registry = OpenRegistry();
        await registry.SaveAsync(Echo, Content("old"), Cancel);
        var echo = await registry.SaveAsync(Echo, Content("new"), Cancel);
        var script = await registry.SaveAsync(new RegistryName("worker", "run-script"), Content("x"), Cancel);
        var other = await registry.SaveAsync(new RegistryName("workers", "echo"), Content("x"), Cancel);

        Assert.Equal(Sorted([echo, script]), Sorted(await registry.ListAsync("worker", Cancel).ToListAsync(Cancel)));
        Assert.Equal(Sorted([echo, script, other]), Sorted(await registry.ListAsync(null, Cancel).ToListAsync(Cancel)));

        static IEnumerable<RegistryVersion> Sorted(IEnumerable<RegistryVersion> versions) => versions.OrderBy(version => version.Name.ToString());
    }

    [Fact]
    public async Task Delete_KnownName_IsGoneButItsHistoryStays()
    {
        var registry = OpenRegistry();
        var version = await registry.SaveAsync(Echo, Content("one"), Cancel);

        Assert.True(await registry.DeleteAsync(Echo, Cancel));

        Assert.Null(await registry.FindAsync(Echo, Cancel));
        Assert.Empty(await registry.ListAsync(null, Cancel).ToListAsync(Cancel));
        Assert.Equal([version], await registry.HistoryAsync(Echo, Cancel));
        Assert.Equal("one", (await registry.FindAsync(Echo, version.Id, Cancel))!.Text());
    }

    [Fact]
    public async Task Delete_UnknownName_IsFalse() => Assert.False(await OpenRegistry().DeleteAsync(Echo, Cancel));

    [Fact]
    public async Task Save_AfterDelete_IsFoundAgain()
    {
        var registry = OpenRegistry();
        await registry.SaveAsync(Echo, Content("one"), Cancel);
        await registry.DeleteAsync(Echo, Cancel);

        await registry.SaveAsync(Echo, Content("two"), Cancel);

        Assert.Equal("two", (await registry.FindAsync(Echo, Cancel))!.Text());
    }

    [Fact]
    public async Task Save_NamesThatDifferInCase_AreDifferentObjects()
    {
        var registry = OpenRegistry();
        await registry.SaveAsync(new RegistryName("worker", "Echo"), Content("upper"), Cancel);
        await registry.SaveAsync(Echo, Content("lower"), Cancel);

        Assert.Equal("upper", (await registry.FindAsync(new RegistryName("worker", "Echo"), Cancel))!.Text());
        Assert.Equal("lower", (await registry.FindAsync(Echo, Cancel))!.Text());
    }

    [Fact]
    public async Task Save_LongestName_IsFoundAndListed()
    {
        var name = new RegistryName(new string('k', RegistryName.MaxKindLength), new string('N', RegistryName.MaxNameLength));
        await OpenRegistry().SaveAsync(name, Content("x", new string('F', RegistryName.MaxNameLength)), Cancel);

        Assert.NotNull(await OpenRegistry().FindAsync(name, Cancel));
        Assert.Equal([name], await OpenRegistry().ListAsync(null, Cancel).Select(version => version.Name).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Find_StoredFileChanged_IsAnIntegrityFault()
    {
        var (registry, store) = (OpenRegistry(), OpenStore());
        var version = await registry.SaveAsync(Echo, Content("one"), Cancel);
        await store.WriteTextAsync($"objects/worker:echo/1.0.0/{version.Id}/worker.json", "two", Cancel);

        var fault = await Assert.ThrowsAsync<RegistryIntegrityException>(() => registry.FindAsync(Echo, Cancel));
        Assert.Contains("worker:echo", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RegistryIntegrityException>(() => registry.FindAsync(Echo, version.Id, Cancel));
    }

    [Fact]
    public async Task Find_StoredFileMissing_IsAnIntegrityFaultOfTheLiveVersion()
    {
        var registry = OpenRegistry();
        var version = await registry.SaveAsync(Echo, Content("one"), Cancel);
        await OpenStore().DeleteAsync($"objects/worker:echo/1.0.0/{version.Id}/worker.json", Cancel);

        await Assert.ThrowsAsync<RegistryIntegrityException>(() => registry.FindAsync(Echo, Cancel));
        Assert.Null(await registry.FindAsync(Echo, version.Id, Cancel));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"hash":"x","_files":["../../secret"],"_storage":{"uuid":"../x","created_at":"2026-05-29T12:45:30+00:00"}}""")]
    [InlineData("""{"hash":"x","_files":"worker.json","_storage":{"uuid":"0196f8a0-0000-7000-8000-000000000000","created_at":"2026-05-29T12:45:30+00:00"}}""")]
    [InlineData("""{"hash":null,"_files":[],"_storage":{"uuid":null,"created_at":"2026-05-29T12:45:30+00:00"}}""")]
    public async Task Find_RecordDamaged_IsAnIntegrityFaultUntilSavedAgain(string record)
    {
        var registry = OpenRegistry();
        await OpenStore().WriteTextAsync("_meta_worker%3Aecho@1.0.0.json", record, Cancel);

        await Assert.ThrowsAsync<RegistryIntegrityException>(() => registry.FindAsync(Echo, Cancel));

        await registry.SaveAsync(Echo, Content("mended"), Cancel);
        Assert.Equal("mended", (await registry.FindAsync(Echo, Cancel))!.Text());
    }

    [Fact]
    public async Task Save_LeavesTheLayoutThatAPythonNodeReads()
    {
        var content = new RegistryContent(
            new Dictionary<string, ReadOnlyMemory<byte>> { ["worker.json"] = "{}"u8.ToArray() },
            new Dictionary<string, JsonElement>
            {
                ["class"] = JsonSerializer.SerializeToElement("mindtrace.cluster.core.types.ProxyWorker"),
                ["init_params"] = JsonSerializer.SerializeToElement(new { }),
            });
        var version = await OpenRegistry().SaveAsync(Echo, content, Cancel);

        var store = OpenStore();
        Assert.Equal("{}", await store.ReadTextAsync($"objects/worker:echo/1.0.0/{version.Id}/worker.json", Cancel));
        using var live = JsonDocument.Parse(await store.ReadTextAsync("_meta_worker%3Aecho@1.0.0.json", Cancel));
        Assert.Equal("mindtrace.cluster.core.types.ProxyWorker", live.RootElement.GetProperty("class").GetString());
        Assert.Equal("{}", live.RootElement.GetProperty("init_params").GetRawText());
        Assert.Equal($"{store.Location}/objects/worker:echo/1.0.0/{version.Id}", live.RootElement.GetProperty("path").GetString());
        Assert.Equal("""["worker.json"]""", live.RootElement.GetProperty("_files").GetRawText());

        // SHA-256 of the text "worker.json{}".
        Assert.Equal("930cabe774087b40aca340f063210ffa039a26540b6d16c5fb2574369efd1c7b", live.RootElement.GetProperty("hash").GetString());
        Assert.Equal(
            $$"""{"uuid":"{{version.Id}}","created_at":"2026-05-29T12:45:30.000000\u002B00:00"}""",
            live.RootElement.GetProperty("_storage").GetRawText());
        using var settings = JsonDocument.Parse(await store.ReadTextAsync("registry_metadata.json", Cancel));
        Assert.Equal(
            """{"materializers":{},"version_objects":false,"mutable":true,"version_digits":3}""", settings.RootElement.GetRawText());
    }

    [Fact]
    public async Task Save_SettingsOfAPythonRegistryExist_KeepsThem()
    {
        const string Settings = """{"materializers": {"x": "y"}, "version_objects": false, "mutable": true, "version_digits": 3}""";
        var store = OpenStore();
        await store.WriteTextAsync("registry_metadata.json", Settings, Cancel);

        await OpenRegistry().SaveAsync(Echo, Content("x"), Cancel);

        Assert.Equal(Settings, await store.ReadTextAsync("registry_metadata.json", Cancel));
    }

    [Fact]
    public async Task Find_PythonRegistryReplacedTheVersion_IsTheirsAndOursStaysListed()
    {
        var (registry, store) = (OpenRegistry(), OpenStore());
        var ours = await registry.SaveAsync(Echo, Content("ours"), Cancel);
        const string Theirs = "7f0c5d9e-3b8e-4c55-9d7b-2f4f8e1a6b01";
        await store.WriteTextAsync($"objects/worker:echo/1.0.0/{Theirs}/worker.json", "theirs", Cancel);
        await store.WriteTextAsync(
            "_meta_worker%3Aecho@1.0.0.json",
            $$$"""
            {"class": "c", "init_params": {}, "hash": "{{{Content("theirs").Hash}}}", "_files": ["worker.json"], "path": "s3://b/o",
             "_storage": {"uuid": "{{{Theirs}}}", "created_at": "2026-05-29T12:46:00.123456+00:00"}}
            """,
            Cancel);
        await store.DeleteAsync($"objects/worker:echo/1.0.0/{ours.Id}/worker.json", Cancel);

        var found = (await registry.FindAsync(Echo, Cancel))!;
        Assert.Equal("theirs", found.Text());
        Assert.Equal(new DateTimeOffset(2026, 5, 29, 12, 46, 0, TimeSpan.Zero).AddMicroseconds(123456), found.Version.SavedAt);
        Assert.Equal(["class", "init_params"], found.Content.Metadata.Keys);
        Assert.Equal([Guid.Parse(Theirs), ours.Id], (await registry.HistoryAsync(Echo, Cancel)).Select(version => version.Id));
        Assert.Equal("theirs", (await registry.FindAsync(Echo, Guid.Parse(Theirs), Cancel))!.Text());
        Assert.Null(await registry.FindAsync(Echo, ours.Id, Cancel));
    }
}
