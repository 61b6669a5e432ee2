using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Payments.Contracts;
using Payments.Flow.Tests.Kit;
using Payments.Testing;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_request_is_wrong(SystemUnderTest system)
{
    [Fact]
    public async Task Should_be_rejected_with_every_reason()
    {
        var request = Request.OfThree();
        var json = request.ToJson();
        json.Remove("idempotencyKey");
        json["orders"]![0]!["amount"]!["amount"] = 0;
        json["orders"]![1]!["amount"]!["currency"] = "USD";
        json["orders"]![2]!["orderId"] = "order-1";

        await Publish(json);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Rejected", SystemUnderTest.Describe(payment));
        var errors = payment.Errors.ShouldNotBeNull().Select(e => (e.Field, e.Rule)).ToArray();
        errors.ShouldContain(("idempotencyKey", "required"));
        errors.ShouldContain(("orders[0].amount.amount", "amount_not_positive"));
        errors.ShouldContain(e => e.Rule == "currency_mixed");
        errors.ShouldContain(e => e.Rule == "order_duplicate");
        var rejected = await system.Broker.Await<PaymentRejected>(1, e => e.PaymentId == request.PaymentId);
        rejected.ShouldHaveSingleItem().Message.Errors.Count.ShouldBe(errors.Length);
        (await system.Sandbox.Charges(request.PaymentId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_keep_a_card_number_nowhere()
    {
        const string CardNumber = "4242424242424242";
        var request = Request.OfOne();
        var json = request.ToJson();
        json["orders"]![0]!["description"] = $"paid with {CardNumber}";

        await Publish(json);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Rejected", SystemUnderTest.Describe(payment));
        var error = payment.Errors.ShouldNotBeNull().ShouldHaveSingleItem();
        (error.Field, error.Rule).ShouldBe(("orders[0].description", "card_number"));
        (await CountMentions(CardNumber)).ShouldBe(0);
        (await CountMentions("card_number")).ShouldBeGreaterThan(0, "the search itself must find what is there");
    }

    [Fact]
    public async Task Should_be_dead_lettered_whole_when_it_is_not_json()
    {
        var text = $"not JSON at all, {Ulid.NewUlid()}";

        await system.FrontDoor.Publish(Encoding.UTF8.GetBytes(text));

        (await system.Broker.Take("payment-requested_error", body => body.Contains(text, StringComparison.Ordinal)))
            .ShouldBe(text);
    }

    private Task Publish(JsonObject json) => system.FrontDoor.Publish(Encoding.UTF8.GetBytes(json.ToJsonString()));

    /// <summary>Rows of the orchestrator, whatever their column, that hold the text.</summary>
    private static async Task<long> CountMentions(string text)
    {
        await using var connection = new NpgsqlConnection(RunDirectory.ConnectionString("orchestrator", "Owner"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM payment p WHERE p::text LIKE '%' || $1 || '%')
                + (SELECT count(*) FROM payment_order o WHERE o::text LIKE '%' || $1 || '%')
                + (SELECT count(*) FROM payment_request r WHERE r::text LIKE '%' || $1 || '%')
                + (SELECT count(*) FROM intake_rejection r WHERE r::text LIKE '%' || $1 || '%')
                + (SELECT count(*) FROM inbox_message m WHERE position(convert_to($1, 'UTF8') IN m.body) > 0)
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = text } },
        };
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
