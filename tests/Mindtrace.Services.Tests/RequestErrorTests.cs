using System.Net;
using System.Text;

namespace Mindtrace.Services.Tests;

public sealed class RequestErrorTests(ServiceFixture fixture)
{
    private const string Minimal = """{"order_id":"1","customer":{"first_name":"Ada","age":36}}""";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/vnd.order+json")]
    [InlineData(null)]
    public async Task JsonOrNoContentType_IsRead(string? contentType)
    {
        var answer = await fixture.Service.PostAsync("place_order", Minimal, contentType);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonp")]
    public async Task OtherContentType_Is415(string contentType)
    {
        var answer = await fixture.Service.PostAsync("place_order", Minimal, contentType);

        answer.AssertProblem(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("{\"order_id\": \"1\",\n  \"customer\": x}", "line 2, byte 15")]
    [InlineData("{\"order_id\": \"1\"", "line 1, byte 17")]
    [InlineData("{} {}", "line 1, byte 4")]
    [InlineData("{\"order_id\": \"1\",}", "line 1, byte 18")]
    [InlineData("   ", "line 1, byte 4")]
    public async Task MalformedJson_Is400AndSaysWhere(string body, string where)
    {
        var answer = await fixture.Service.PostAsync("place_order", body);

        var problem = answer.AssertProblem(400, "malformed-json");
        Assert.Contains(where, problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("\"order_id\":\"\\ud800\"")]
    [InlineData("\"payload\":\"\\ud800\"")]
    [InlineData("\"payload\":{\"\\ud800\":1}")]
    [InlineData("\"\\ud800\":1")]
    [InlineData("\"gift\":1,\"\\ud800\":1")]
    [InlineData("\"order_id\":\"\u00ff\"")]
    [InlineData("\"payload\":\"\u00ff\"")]
    [InlineData("\"payload\":{\"\u00ff\":1}")]
    [InlineData("\"\u00ff\":1")]
    public async Task TextThatIsNoUnicode_IsRefused(string member)
    {
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(Minimal[..^1] + "," + member + "}"));

        using var response = await fixture.Service.Http.PostAsync("place_order", content, TestContext.Current.CancellationToken);

        (await Answer.OfAsync(response)).AssertProblem(400, "malformed-json");
    }

    [Fact]
    public async Task EscapedSurrogatePair_IsText()
    {
        var answer = await fixture.Service.PostAsync("find_orders", """{"text":"\ud83d\uDE00"}""");

        Assert.Equal("\U0001F600", answer.Json.GetProperty("text").GetString());
    }

    [Fact]
    public async Task EmptyBody_NamesEveryRequiredField()
    {
        var answer = await fixture.Service.PostAsync("place_order", null);

        answer.AssertInvalid(("order_id", "is required"), ("customer", "is required"));
    }

    [Fact]
    public async Task EmptyBody_OfRequestWithoutRequiredFields_TakesTheDefaults()
    {
        var answer = await fixture.Service.PostAsync("find_orders", null);

        Assert.Equal("""{"text":null,"limit":10}""", answer.Body);
    }

    [Theory]
    [InlineData("[]", "must be an object, not an array")]
    [InlineData("\"order\"", "must be an object, not a string")]
    [InlineData("7", "must be an object, not a number")]
    [InlineData("null", "must be an object, not null")]
    public async Task NonObject_Is422(string body, string error)
    {
        var answer = await fixture.Service.PostAsync("place_order", body);

        answer.AssertInvalid(("body", error));
    }

    [Fact]
    public async Task SeveralFaults_AreAllNamedByTheirPath()
    {
        var answer = await fixture.Service.PostAsync("place_order", """
            {
              "customer": {"age": "old"},
              "currency": null,
              "urgency": "soon",
              "guests": [{"first_name": "Bob", "age": 1}, {"first_name": 5, "age": 99999999999}, "Eve"],
              "amounts": {"tea": 1, "milk": 0.5}
            }
            """);

        answer.AssertInvalid(
            ("order_id", "is required"),
            ("customer.first_name", "is required"),
            ("customer.age", "must be a whole number from -2147483648 to 2147483647, not a string"),
            ("currency", "must be a string, not null"),
            ("urgency", "must be one of not_urgent, urgent"),
            ("guests[1].first_name", "must be a string, not a number"),
            ("guests[1].age", "must be a whole number from -2147483648 to 2147483647"),
            ("guests[2]", "must be an object, not a string"),
            ("amounts.milk", "must be a whole number from -2147483648 to 2147483647"));
    }

    [Theory]
    [InlineData("\"urgency\":1", "urgency", "must be one of not_urgent, urgent")]
    [InlineData("\"urgency\":\"URGENT\"", "urgency", "must be one of not_urgent, urgent")]
    [InlineData("\"urgency\":\" urgent\"", "urgency", "must be one of not_urgent, urgent")]
    [InlineData("\"urgency\":\"not_urgent, urgent\"", "urgency", "must be one of not_urgent, urgent")]
    [InlineData("\"urgency\":null", "urgency", "must be one of not_urgent, urgent")]
    [InlineData("\"shelf\":\"x\"", "shelf", "must be a letter and a digit")]
    [InlineData("\"shelf\":7", "shelf", "must be a letter and a digit")]
    [InlineData("\"weight\":{\"kilograms\":-1}", "weight", "is not valid")]
    [InlineData("\"label\":\"x\"", "label", "is not valid")]
    [InlineData("\"parcels\":[{\"$type\":\"crate\"}]", "parcels[0]", "is not valid")]
    [InlineData("\"by_urgency\":{\"later\":1}", "by_urgency.later", "is not valid")]
    [InlineData("\"voucher\":\"x\"", "voucher", "must be a UUID")]
    [InlineData("\"due_at\":\"tomorrow\"", "due_at", "must be an ISO 8601 date and time")]
    [InlineData("\"gift\":\"yes\"", "gift", "must be true or false, not a string")]
    [InlineData("\"discount\":\"1\"", "discount", "must be a whole number from -2147483648 to 2147483647, not a string")]
    [InlineData("\"guests\":{}", "guests", "must be an array, not an object")]
    [InlineData("\"amounts\":[]", "amounts", "must be an object, not an array")]
    [InlineData("\"note\":\"a\",\"note\":\"b\"", "note", "is given more than once")]
    [InlineData("\"payload\":{\"a\":[{\"b\":1,\"b\":2}]}", "payload.a[0].b", "is given more than once")]
    public async Task FaultyField_SaysWhatIsExpected(string member, string field, string error)
    {
        var answer = await fixture.Service.PostAsync("place_order", Minimal[..^1] + "," + member + "}");

        answer.AssertInvalid((field, error));
    }

    [Fact]
    public async Task NamesAreCaseSensitive()
    {
        var answer = await fixture.Service.PostAsync("place_order", Minimal.Replace("order_id", "Order_Id", StringComparison.Ordinal));

        answer.AssertInvalid(("order_id", "is required"));
    }

    [Fact]
    public async Task UnknownMembersAreIgnored_AndNullsWritten()
    {
        var answer = await fixture.Service.PostAsync("place_order", Minimal[..^1] + ",\"colour\":\"red\"}");

        Assert.Equal(
            """{"order_id":"1","customer":{"first_name":"Ada","age":36},"note":null,"currency":"EUR","urgency":"not_urgent","discount":null,"voucher":null,"due_at":null,"gift":false,"guests":[],"amounts":{},"by_urgency":{},"payload":null,"shelf":null,"weight":null,"label":null,"parcels":[]}""",
            answer.Body);
    }

    [Theory]
    [InlineData(ServiceJson.MaxDepth - 1, true)]
    [InlineData(ServiceJson.MaxDepth, false)]
    public async Task Depth_IsLimited(int arrays, bool accepted)
    {
        var payload = new string('[', arrays) + new string(']', arrays);

        var answer = await fixture.Service.PostAsync("place_order", Minimal[..^1] + $",\"payload\":{payload}}}");

        if (accepted)
        {
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }
        else
        {
            answer.AssertProblem(400, "json-too-deep");
        }
    }

    [Fact]
    public async Task BodyOverTheLimit_Is413AndNamesTheLimit()
    {
        var answer = await fixture.Service.PostAsync("place_order", new string(' ', SampleService.MaxRequestBytes + 1));

        var problem = answer.AssertProblem(413, "request-too-large");
        Assert.Contains("65536 bytes", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task ChunkedBodyOverTheLimit_Is413AndNamesTheLimit()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "place_order")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(new string(' ', SampleService.MaxRequestBytes + 1))),
        };
        request.Headers.TransferEncodingChunked = true;

        var answer = await Answer.OfAsync(await fixture.Service.Http.SendAsync(request, TestContext.Current.CancellationToken));

        var problem = answer.AssertProblem(413, "request-too-large");
        Assert.Contains("65536 bytes", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task BodyAtTheLimit_IsRead()
    {
        var answer = await fixture.Service.PostAsync("place_order", Minimal.PadRight(SampleService.MaxRequestBytes));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task AttributesOfARequest_AreCheckedUnderWireNames()
    {
        var answer = await fixture.Service.PostAsync("book_room", """{"room_name":"ballroom","first_day":1,"last_day":2}""");

        var errors = answer.AssertProblem(422, "invalid-request").GetProperty("errors");
        Assert.Contains("5", Assert.Single(errors.GetProperty("room_name").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task RulesBetweenFields_AreCheckedUnderWireNames()
    {
        var answer = await fixture.Service.PostAsync("book_room", """{"room_name":"bar","first_day":3,"last_day":2}""");

        answer.AssertInvalid(("last_day", "must not be before first_day"));
    }

    [Fact]
    public async Task OperationWithoutOutput_AnswersNull()
    {
        var answer = await fixture.Service.PostAsync("book_room", """{"room_name":"bar","first_day":1,"last_day":2}""");

        Assert.Equal((HttpStatusCode.OK, "application/json", "null"), (answer.Status, answer.ContentType, answer.Body));
    }

    [Theory]
    [InlineData("place_order/")]
    [InlineData("/place_order")]
    public async Task TrailingSlash_IsAccepted(string path)
    {
        var answer = await fixture.Service.PostAsync(path, Minimal);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task OtherMethod_Is405(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "place_order");

        using var response = await fixture.Service.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(["POST"], response.Content.Headers.Allow);
        (await Answer.OfAsync(response)).AssertProblem(405, "method-not-allowed");
    }

    [Fact]
    public async Task UnknownPath_Is404() =>
        (await fixture.Service.PostAsync("place_orders", Minimal)).AssertProblem(404, "not-found");

    [Fact]
    public async Task MediaTypeOfNonsense_Is415()
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Minimal));
        content.Headers.TryAddWithoutValidation("Content-Type", "json");

        using var response = await fixture.Service.Http.PostAsync("place_order", content, TestContext.Current.CancellationToken);

        (await Answer.OfAsync(response)).AssertProblem(415, "unsupported-media-type");
    }
}
