using System.Text.Json.Serialization;

namespace Mindtrace.Services.Tests;

public sealed partial class OperationGroupTests
{
    [Theory]
    [InlineData("count_orders")]
    [InlineData("status")]
    public async Task NameMappedTwice_StopsTheStart(string name)
    {
        var operation = new Operation<Unit, Tally>(name, Role.Viewer);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => SampleService.StartAsync(map: operations =>
            operations.Map(operation, (OrderDesk desk, CancellationToken _) => desk.CountAsync())));

        Assert.Contains($"'{name}' is mapped twice", failure.Message);
    }

    [Fact]
    public async Task ServiceThatIsNotRegistered_StopsTheStart()
    {
        var operation = new Operation<Unit, Unit>("sweep", Role.Operator);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => SampleService.StartAsync(map: operations =>
            operations.Map(operation, (OperationGroupTests _, CancellationToken _) => Task.CompletedTask)));

        Assert.Contains("'sweep' needs", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Place")]
    [InlineData("place-order")]
    [InlineData("1st")]
    public void NameThatIsNotSnakeCase_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new Operation<Unit, Unit>(name, Role.Viewer));

    [Fact]
    public async Task OperationWithSourceGeneratedJson_FollowsTheSameRules()
    {
        var operation = new Operation<Customer, Customer>("greet", Role.Viewer)
        {
            Json = ServiceJson.CreateOptions(CustomerJson.Default),
        };
        await using var service = await SampleService.StartAsync(map: operations =>
            operations.Map(operation, (Customer customer, CancellationToken _) => Task.FromResult(customer)));

        var answer = await service.PostAsync("greet", """{"first_name":"Ada","age":36}""");
        var faulty = await service.PostAsync("greet", """{"first_name":null}""");

        Assert.Equal("""{"first_name":"Ada","age":36}""", answer.Body);
        faulty.AssertInvalid(("first_name", "must be a string, not null"), ("age", "is required"));
    }

    [JsonSerializable(typeof(Customer))]
    private sealed partial class CustomerJson : JsonSerializerContext;
}
