using System.Net;

namespace Payments.Operations.Tests.Routing;

public sealed class When_a_route_is_asked_for(OperationsApp app) : IClassFixture<OperationsApp>
{
    private const string Path = "/v1/routes/explain";

    [Fact]
    public async Task Should_say_so_when_the_orchestrator_does_not_answer()
    {
        // None runs here.
        using var response = await app.Post(Path, """{"merchantId":"shop"}""");

        await response.Problem(HttpStatusCode.ServiceUnavailable, "unavailable");
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("no json", " json")]
    [InlineData("[]", " object")]
    [InlineData("""{"merchantReference":"4111 1111 1111 1111"}""", "merchantReference card_number")]
    public async Task Should_refuse_what_is_no_request(string body, string rule)
    {
        using var response = await app.Post(Path, body);

        (await response.BrokenRules()).ShouldBe([rule]);
    }
}
