using System.Text;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

[Collection(FrontDoorSuite.Name)]
public sealed class When_anybody_publishes_a_request(FrontDoor door)
{
    private const string StoredBody = "SELECT body::text FROM payment_request WHERE payment_id = $1";

    [Theory]
    [InlineData("application/json")]
    [InlineData(null)]
    [InlineData("application/vnd.masstransit+json")]
    [InlineData("no content type at all;;")]
    public async Task Should_start_a_payment_from_plain_json(string? contentType)
    {
        var request = Requests.Valid();

        await door.Publish(request.Bytes(), contentType);

        (await door.Answer<StartPayment>(request.PaymentId())).Request.MerchantReference.ShouldBe("basket 1001");
    }

    [Theory]
    [InlineData("application/vnd.masstransit+json")]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task Should_start_a_payment_from_an_envelope(string? contentType)
    {
        var request = Requests.Valid();

        await door.Publish(request.Enveloped().Bytes(), contentType);

        (await door.Answer<StartPayment>(request.PaymentId())).Request.Orders.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Should_send_the_request_with_encrypted_tokens()
    {
        var request = Requests.Valid();

        await door.Publish(request);

        var said = (await door.Answers(request.PaymentId(), 1))[0];
        said.Body.ShouldNotContain(Requests.Token);
        var start = said.Message.As<StartPayment>();
        start.Request.PaymentMethod.Credentials
            .Select(c => door.Cipher.Decrypt(c.Token, request.PaymentId().ToString()))
            .ShouldBe([Requests.Token, $"{Requests.Token}-adyen"]);
        start.Request.FulfilmentPolicy.ShouldBe(FulfilmentPolicy.BestEffort);
        start.Request.Orders[0].PlatformFee.ShouldBe(new Money(249, Currency.Eur));
        start.Request.RequestedAt.ShouldBe(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Should_store_the_request_whole_with_encrypted_tokens()
    {
        var request = Requests.Valid().With(r =>
        {
            r["x-shop-version"] = JsonNode.Parse("7.50");
            r["orders"]![1]!["giftWrap"] = new JsonObject { ["paper"] = "blue" };
        });

        await door.Publish(request);
        await door.Answer<StartPayment>(request.PaymentId());

        var body = (string)(await door.Query(StoredBody, request.PaymentId().ToGuid()))!;
        body.ShouldNotContain(Requests.Token);
        var stored = JsonNode.Parse(body)!;
        stored["x-shop-version"]!.ToJsonString().ShouldBe("7.50");
        ((string?)stored["orders"]![1]!["giftWrap"]!["paper"]).ShouldBe("blue");
        ((string?)stored["metadata"]!["campaign"]).ShouldBe("spring");
    }

    [Fact]
    public async Task Should_send_every_broken_rule_to_the_saga()
    {
        var request = Requests.Valid().With(r =>
        {
            r["orders"]![0]!["amount"]!["amount"] = "abc";
            r["orders"]![1]!["amount"]!["currency"] = "EURO";
            r.Remove("merchantId");
        });

        await door.Publish(request);

        var rejected = await door.Answer<RejectPayment>(request.PaymentId());
        rejected.Errors.Select(e => (e.Field, e.Rule)).ShouldBe(
        [
            ("merchantId", "required"),
            ("orders[0].amount.amount", "type"),
            ("orders[1].amount.currency", "currency_unknown"),
        ]);
        rejected.IdempotencyKey.ShouldBe((string?)request["idempotencyKey"]);
        (await door.Query(StoredBody, request.PaymentId().ToGuid())).ShouldBeNull();
    }

    [Fact]
    public async Task Should_publish_a_rejection_where_no_payment_is_named()
    {
        var key = $"key-{Ulid.NewUlid()}";

        await door.Publish(Requests.Valid().With(r => (r["paymentId"], r["idempotencyKey"]) = ("my-payment", key)));

        var said = (await door.Answers(key, s => (string?)s.Message["idempotencyKey"] == key, 1))[0];
        said.Type.ShouldBe(nameof(PaymentRejected));
        var rejected = said.Message.As<PaymentRejected>();
        rejected.PaymentId.ShouldBeNull();
        rejected.Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.Field.ShouldBe("paymentId"), e => e.Rule.ShouldBe("ulid"));
    }

    [Fact]
    public async Task Should_publish_a_rejection_of_json_that_is_no_object()
    {
        await door.Publish("[ 1, 2, 3 ]"u8.ToArray());

        var said = (await door.Answers("an array", IsNoObject, 1))[0];
        said.Type.ShouldBe(nameof(PaymentRejected));

        static bool IsNoObject(Said said) =>
            said.Message["errors"] is JsonArray { Count: 1 } errors && (string?)errors[0]!["field"] == "";
    }

    [Fact]
    public async Task Should_never_repeat_a_card_number()
    {
        var request = Requests.Valid().With(r =>
        {
            r["orders"]![0]!["description"] = $"card {Requests.CardNumber}";
            r["metadata"]!["4111 1111 1111 1111"] = "x";
            r["unknown"] = 4111111111111111;
        });

        await door.Publish(request);

        var said = (await door.Answers(request.PaymentId(), 1))[0];
        said.Type.ShouldBe(nameof(RejectPayment));
        CardNumbers.Contains(said.Message.ToJsonString()).ShouldBeFalse();
        said.Message.As<RejectPayment>().Errors.Select(e => (e.Field, e.Rule)).ShouldBe(
        [
            ("orders[0].description", "card_number"),
            ("metadata.**** **** **** ****", "card_number"),
            ("unknown", "card_number"),
        ]);
    }

    [Fact]
    public async Task Should_keep_text_that_is_not_json_whole_among_the_dead_letters()
    {
        foreach (var text in new[] { "{ \"paymentId\": ", "", "\"\u00e9\"", "payment, please" })
        {
            var body = Encoding.Latin1.GetBytes(text);
            await door.Publish(body, contentType: null);

            var letter = await door.Take($"{Routes.FrontDoor}_error");
            letter.Body.ToArray().ShouldBe(body);
            Header(letter, "MT-Fault-ExceptionType").ShouldEndWith(nameof(NotJsonException));
            letter.BasicProperties.Headers!.ShouldNotContainKey("MT-Fault-RetryCount");
        }
    }

    private static string Header(RabbitMQ.Client.BasicGetResult letter, string name) =>
        Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers![name]!);
}
