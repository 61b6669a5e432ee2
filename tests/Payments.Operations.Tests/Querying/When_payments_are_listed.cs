using System.Net.Http.Json;
using Payments.Contracts;

namespace Payments.Operations.Tests.Querying;

public sealed class When_payments_are_listed(OperationsApp app) : IClassFixture<OperationsApp>
{
    [Theory]
    [InlineData("state=1", "state format")]
    [InlineData("state=", "state format")]
    [InlineData("merchant=a%20b", "merchant format")]
    [InlineData("from=yesterday", "from time")]
    [InlineData("from=2026-01-31T13:00:00", "from time")]
    [InlineData("to=2026-02-30", "to time")]
    [InlineData("from=2026-01-02&to=2026-01-01", "from range")]
    [InlineData("cursor=AAAA", "cursor malformed")]
    [InlineData("cursor=%25", "cursor malformed")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAA", "cursor malformed")]
    [InlineData("cursor=________________________________", "cursor malformed")]
    [InlineData("limit=0", "limit range")]
    [InlineData("limit=201", "limit range")]
    [InlineData("limit=1e2", "limit range")]
    [InlineData("limit=5&limit=6", "limit given_once")]
    [InlineData("stat=Completed", "stat unknown")]
    public async Task Should_name_the_broken_rule(string query, string rule)
    {
        using var response = await app.Http.GetAsync(new Uri($"/v1/payments?{query}", UriKind.Relative));

        (await response.BrokenRules()).ShouldBe([rule]);
    }

    [Fact]
    public async Task Should_name_all_broken_rules_at_once()
    {
        using var response = await app.Http.GetAsync(
            new Uri("/v1/payments?limit=0&state=1&cursor=x", UriKind.Relative));

        (await response.BrokenRules()).ShouldBe(["state format", "cursor malformed", "limit range"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?state=Completed&merchant=m1&from=2026-01-01&to=2026-01-31T13:00:00.5%2B01:00&limit=200")]
    [InlineData("?cursor=CN5dn3kkAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Should_answer_a_page(string query)
    {
        var page = await app.Http.GetFromJsonAsync<PaymentPage>($"/v1/payments{query}", ContractJson.Options);

        page.ShouldNotBeNull().Payments.Count.ShouldBeLessThanOrEqualTo(200);
    }
}
