using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

public sealed class RequestReaderTests
{
    private static readonly string[] OptionalMembers =
        ["merchantReference", "buyerId", "fulfilmentPolicy", "metadata", "requestedAt"];

    private static readonly Dictionary<string, (Action<JsonObject> Change, string[] Errors)> Broken = new()
    {
        ["payment id missing"] = (r => r.Remove("paymentId"), ["paymentId: required"]),
        ["payment id null"] = (r => r["paymentId"] = null, ["paymentId: required"]),
        ["payment id a uuid"] = (r => r["paymentId"] = "6f1c0f0e-9a52-4a3f-8e0b-2f3d1a5b7c9d", ["paymentId: ulid"]),
        ["payment id all zeros"] = (r => r["paymentId"] = new string('0', 26), ["paymentId: ulid"]),
        ["payment id a number"] = (r => r["paymentId"] = 7, ["paymentId: type"]),
        ["key missing"] = (r => r.Remove("idempotencyKey"), ["idempotencyKey: required"]),
        ["key empty"] = (r => r["idempotencyKey"] = "", ["idempotencyKey: length"]),
        ["key of 256"] = (r => r["idempotencyKey"] = new string('k', 256), ["idempotencyKey: length"]),
        ["merchant missing"] = (r => r.Remove("merchantId"), ["merchantId: required"]),
        ["merchant with a slash"] = (r => r["merchantId"] = "demo/shop", ["merchantId: format"]),
        ["merchant of 65"] = (r => r["merchantId"] = new string('m', 65), ["merchantId: length"]),
        ["reference of 129"] = (r => r["merchantReference"] = new string('r', 129), ["merchantReference: length"]),
        ["reference an object"] = (r => r["merchantReference"] = new JsonObject(), ["merchantReference: type"]),
        ["buyer with a blank"] = (r => r["buyerId"] = "buyer 7", ["buyerId: format"]),
        ["method missing"] = (r => r.Remove("paymentMethod"), ["paymentMethod: required"]),
        ["method a string"] = (r => r["paymentMethod"] = "card", ["paymentMethod: type"]),
        ["method without type"] = (r => Method(r).Remove("type"), ["paymentMethod.type: required"]),
        ["country of three letters"] = (r => Method(r)["country"] = "DEU", ["paymentMethod.country: length"]),
        ["country in lower case"] = (r => Method(r)["country"] = "de", ["paymentMethod.country: format"]),
        ["credentials missing"] = (r => Method(r).Remove("credentials"), ["paymentMethod.credentials: required"]),
        ["credentials an object"] =
            (r => Method(r)["credentials"] = new JsonObject(), ["paymentMethod.credentials: type"]),
        ["no credentials"] =
            (r => Method(r)["credentials"] = new JsonArray(), ["paymentMethod.credentials: credential_count"]),
        ["21 credentials"] = (r => Method(r)["credentials"] = new JsonArray([.. Enumerable.Range(0, 21)
            .Select(i => (JsonNode)Credential(r, 0).DeepClone().AsObject().With(c => c["psp"] = $"psp-{i}"))]),
            ["paymentMethod.credentials: credential_count"]),
        ["credential a string"] =
            (r => Method(r)["credentials"]![1] = "tok", ["paymentMethod.credentials[1]: type"]),
        ["credential without psp"] =
            (r => Credential(r, 0).Remove("psp"), ["paymentMethod.credentials[0].psp: required"]),
        ["psp in upper case"] =
            (r => Credential(r, 0)["psp"] = "Stripe", ["paymentMethod.credentials[0].psp: format"]),
        ["token missing"] = (r => Credential(r, 1).Remove("token"), ["paymentMethod.credentials[1].token: required"]),
        ["token empty"] = (r => Credential(r, 1)["token"] = "", ["paymentMethod.credentials[1].token: length"]),
        ["token a card number"] = (r => Credential(r, 0)["token"] = Requests.CardNumber,
            ["paymentMethod.credentials[0].token: card_number"]),
        ["customer reference empty"] = (r => Credential(r, 1)["customerReference"] = "",
            ["paymentMethod.credentials[1].customerReference: length"]),
        ["customer reference of 256 characters"] = (r => Credential(r, 1)["customerReference"] = new string('c', 256),
            ["paymentMethod.credentials[1].customerReference: length"]),
        ["customer reference a number"] = (r => Credential(r, 1)["customerReference"] = 7,
            ["paymentMethod.credentials[1].customerReference: type"]),
        ["customer reference a card number"] = (r => Credential(r, 1)["customerReference"] = Requests.CardNumber,
            ["paymentMethod.credentials[1].customerReference: card_number"]),
        ["two credentials of one psp"] = (r => Credential(r, 1)["psp"] = "stripe",
            ["paymentMethod.credentials[1].psp: credential_duplicate"]),
        ["reusable a string"] = (r => Credential(r, 1)["reusable"] = "yes",
            ["paymentMethod.credentials[1].reusable: type"]),
        ["several orders, single-use tokens"] = (r => Credential(r, 0)["reusable"] = false,
            ["paymentMethod.credentials: token_single_use"]),
        ["policy unknown"] = (r => r["fulfilmentPolicy"] = "SomeOfThem", ["fulfilmentPolicy: unknown_value"]),
        ["policy a number as text"] = (r => r["fulfilmentPolicy"] = "1", ["fulfilmentPolicy: unknown_value"]),
        ["policy a number"] = (r => r["fulfilmentPolicy"] = 1, ["fulfilmentPolicy: type"]),
        ["orders missing"] = (r => r.Remove("orders"), ["orders: required"]),
        ["orders a string"] = (r => r["orders"] = "two", ["orders: type"]),
        ["no orders"] = (r => r["orders"] = new JsonArray(), ["orders: order_count"]),
        ["101 orders"] = (r => r["orders"] = Many(r, 101), ["orders: order_count"]),
        ["order null"] = (r => r["orders"]![1] = null, ["orders[1]: type"]),
        ["order id missing"] = (r => Order(r, 1).Remove("orderId"), ["orders[1].orderId: required"]),
        ["order id twice"] = (r => Order(r, 1)["orderId"] = "order-1", ["orders[1].orderId: order_duplicate"]),
        ["order id with a slash"] = (r => Order(r, 1)["orderId"] = "a/b", ["orders[1].orderId: format"]),
        ["seller a boolean"] = (r => Order(r, 0)["sellerId"] = true, ["orders[0].sellerId: type"]),
        ["description of 501"] =
            (r => Order(r, 0)["description"] = new string('d', 501), ["orders[0].description: length"]),
        ["amount missing"] = (r => Order(r, 1).Remove("amount"), ["orders[1].amount: required"]),
        ["amount a bare number"] = (r => Order(r, 1)["amount"] = 1350, ["orders[1].amount: type"]),
        ["amount a string"] = (r => Amount(r)["amount"] = "1350", ["orders[1].amount.amount: type"]),
        ["amount without amount"] = (r => Amount(r).Remove("amount"), ["orders[1].amount.amount: required"]),
        ["amount with a fraction"] = (r => Amount(r)["amount"] = 13.5, ["orders[1].amount.amount: amount_not_integer"]),
        ["amount with an exponent"] =
            (r => Amount(r)["amount"] = JsonNode.Parse("1e3"), ["orders[1].amount.amount: amount_not_integer"]),
        ["amount zero"] = (r => Amount(r)["amount"] = 0, ["orders[1].amount.amount: amount_not_positive"]),
        ["amount negative"] = (r => Amount(r)["amount"] = -1350, ["orders[1].amount.amount: amount_not_positive"]),
        ["amount above 10^12"] =
            (r => Amount(r)["amount"] = 1_000_000_000_001, ["orders[1].amount.amount: amount_too_large"]),
        ["amount beyond 64 bits"] = (r => Amount(r)["amount"] = JsonNode.Parse("99999999999999999999"),
            ["orders[1].amount.amount: amount_too_large"]),
        ["amounts together above 10^12"] = (r => Amount(r)["amount"] = Money.MaxAmount, ["orders: total_too_large"]),
        ["currency missing"] = (r => Amount(r).Remove("currency"), ["orders[1].amount.currency: required"]),
        ["currency unknown"] = (r => Amount(r)["currency"] = "XYZ", ["orders[1].amount.currency: currency_unknown"]),
        ["currency in lower case"] =
            (r => Amount(r)["currency"] = "eur", ["orders[1].amount.currency: currency_unknown"]),
        ["currency a number"] = (r => Amount(r)["currency"] = 978, ["orders[1].amount.currency: type"]),
        ["currencies mixed"] = (r => Amount(r)["currency"] = "USD", ["orders[1].amount.currency: currency_mixed"]),
        ["money with a third field"] = (r => Amount(r)["exponent"] = 2, ["orders[1].amount.exponent: unknown_field"]),
        ["fee a number"] = (r => Order(r, 0)["platformFee"] = 249, ["orders[0].platformFee: type"]),
        ["fee negative"] = (r => Fee(r)["amount"] = -1, ["orders[0].platformFee.amount: fee_negative"]),
        ["fee above amount"] = (r => Fee(r)["amount"] = 2491, ["orders[0].platformFee.amount: fee_above_amount"]),
        ["fee in another currency"] =
            (r => Fee(r)["currency"] = "USD", ["orders[0].platformFee.currency: fee_currency"]),
        ["metadata an array"] = (r => r["metadata"] = new JsonArray(), ["metadata: type"]),
        ["metadata of 21"] = (r => r["metadata"] = Entries(21), ["metadata: metadata_count"]),
        ["metadata value a number"] = (r => r["metadata"]!["n"] = 7, ["metadata.n: type"]),
        ["metadata value null"] = (r => r["metadata"]!["n"] = null, ["metadata.n: type"]),
        ["metadata value of 501"] = (r => r["metadata"]!["n"] = new string('v', 501), ["metadata.n: length"]),
        ["metadata key of 41"] =
            (r => r["metadata"]![new string('k', 41)] = "v", [$"metadata.{new string('k', 41)}: length"]),
        ["metadata key a card number"] =
            (r => r["metadata"]![$"x{Requests.CardNumber}"] = "v", ["metadata.x****************: card_number"]),
        ["time without date"] = (r => r["requestedAt"] = "12:00", ["requestedAt: date_time"]),
        ["time in words"] = (r => r["requestedAt"] = "yesterday", ["requestedAt: date_time"]),
        ["time a number"] = (r => r["requestedAt"] = 1772366400, ["requestedAt: type"]),
        ["card number in the reference"] =
            (r => r["merchantReference"] = $"paid with {Requests.CardNumber}", ["merchantReference: card_number"]),
        ["card number in an unknown field"] =
            (r => r["a"] = new JsonArray(new JsonObject { ["b"] = "4111-1111-1111-1111" }), ["a[0].b: card_number"]),
        ["card number as a number"] = (r => r["card"] = 4111111111111111, ["card: card_number"]),
        ["card number as a name"] = (r => r[Requests.CardNumber] = 1, ["****************: card_number"]),
        ["token in the metadata"] =
            (r => r["metadata"]!["t"] = $"token {Requests.Token}", ["metadata.t: token_misplaced"]),
        ["token in an unknown field"] =
            (r => r["token"] = Requests.Token, ["token: token_misplaced"]),
        ["token as a name"] = (r => r[$"x{Requests.Token}"] = 1, ["x***: token_misplaced"]),
        ["member twice, in another case"] = (r => r["MERCHANTID"] = "demo-shop", ["merchantId: duplicate_field"]),
        ["text with U+0000"] = (r => Order(r, 0)["description"] = "a\0b", ["orders[0].description: text_invalid"]),
        ["key with U+0000"] = (r => r["idempotencyKey"] = "a\0b", ["idempotencyKey: text_invalid"]),
        ["name with U+0000"] = (r => r["a\0b"] = 1, ["?: text_invalid"]),
        ["number that no database holds"] = (r => r["big"] = JsonNode.Parse("1e200000"), ["big: number_range"]),
        ["number of 65 digits"] = (r => r["long"] = JsonNode.Parse(new string('1', 65)), ["long: number_range"]),
        ["everything at once"] = (r =>
        {
            r["buyerId"] = "";
            Method(r).Remove("credentials");
            Amount(r)["amount"] = 0;
            r["requestedAt"] = "";
            r["note"] = Requests.CardNumber;
        }, ["buyerId: length", "paymentMethod.credentials: required", "orders[1].amount.amount: amount_not_positive",
            "requestedAt: date_time", "note: card_number"]),
    };

    private static readonly Dictionary<string, Action<JsonObject>> Good = new()
    {
        ["as it is"] = _ => { },
        ["optional members missing"] = r =>
            Array.ForEach(OptionalMembers, name => r.Remove(name)),
        ["optional members null"] = r =>
        {
            Array.ForEach(OptionalMembers, name => r[name] = null);
            Order(r, 1)["platformFee"] = null;
            Credential(r, 1)["reusable"] = null;
            Credential(r, 1)["customerReference"] = null;
        },
        ["payment id in lower case"] = r => r["paymentId"] = Ulid.NewUlid().ToString().ToLowerInvariant(),
        ["policy in lower case"] = r => r["fulfilmentPolicy"] = "allornothing",
        ["members in another case"] = r =>
        {
            Rename(r, "orders", "Orders");
            Rename(r["Orders"]![0]!.AsObject(), "amount", "AMOUNT");
            Rename(r["Orders"]![0]!["AMOUNT"]!.AsObject(), "currency", "Currency");
        },
        ["limits met"] = r =>
        {
            r["idempotencyKey"] = new string('k', 255);
            r["merchantId"] = new string('m', 64);
            r["merchantReference"] = new string('r', 128);
            r["metadata"] = Entries(20);
            r["metadata"]!["k0"] = new string('v', 500);
            r["orders"] = Many(r, 100);
        },
        ["fee nothing, or all of the amount"] = r =>
        {
            Fee(r)["amount"] = 2490;
            Order(r, 1)["platformFee"] = JsonNode.Parse("""{ "amount": 0, "currency": "EUR" }""");
        },
        ["one order, single-use token"] = r =>
        {
            r["orders"]!.AsArray().RemoveAt(1);
            Credential(r, 0)["reusable"] = false;
        },
        ["token that is a common word, in other text"] = r =>
        {
            Credential(r, 1)["token"] = "visa";
            Order(r, 0)["description"] = "paid by visa";
        },
        ["psp unknown"] = r => Credential(r, 1)["psp"] = "psp-of-tomorrow",
        ["ids and keys that look like card numbers"] = r =>
        {
            foreach (var name in new[] { "idempotencyKey", "merchantId", "buyerId" })
                r[name] = Requests.CardNumber;
            foreach (var name in new[] { "orderId", "sellerId" })
                Order(r, 0)[name] = Requests.CardNumber;
        },
        ["unknown members of one name in two cases below unknown ones"] = r =>
            r["mine"] = new JsonObject { ["a"] = 1, ["A"] = 2 },
    };

    public static TheoryData<string> BrokenCases => [.. Broken.Keys];

    public static TheoryData<string> GoodCases => [.. Good.Keys];

    [Theory]
    [MemberData(nameof(BrokenCases))]
    public void Read_BrokenRequest_NamesEachRuleByField(string name)
    {
        var (change, errors) = Broken[name];

        Requests.Valid().With(change).Read().ErrorsOf().ShouldBe(errors);
    }

    [Theory]
    [MemberData(nameof(GoodCases))]
    public void Read_GoodRequest_HasNoErrors(string name)
    {
        var reading = Requests.Valid().With(Good[name]).Read();

        reading.ErrorsOf().ShouldBeEmpty();
        reading.ShouldBeOfType<ValidRequest>();
    }

    [Fact]
    public void Read_GoodRequest_HasEveryMember()
    {
        var json = Requests.Valid();

        var request = json.Read().ShouldBeOfType<ValidRequest>().Request;

        JsonNode.DeepEquals(
            System.Text.Json.JsonSerializer.SerializeToNode(request, ContractJson.Options),
            json.With(r => (Credential(r, 1)["reusable"], r["requestedAt"]) = (false, "2026-03-01T12:00:00+00:00")))
            .ShouldBeTrue();
    }

    [Fact]
    public void Read_BrokenRequest_KeepsWhatNamesIt()
    {
        var request = Requests.Valid().With(r => r.Remove("orders"));

        var reading = request.Read();

        reading.PaymentId.ShouldBe(request.PaymentId());
        reading.MerchantId.ShouldBe("demo-shop");
        reading.IdempotencyKey.ShouldBe((string?)request["idempotencyKey"]);
    }

    [Fact]
    public void Read_MalformedNames_DropsThem()
    {
        var reading = Requests.Valid()
            .With(r => (r["paymentId"], r["merchantId"]) = ("x", Requests.CardNumber + "/"))
            .With(r => r["idempotencyKey"] = "a\0b")
            .Read();

        (reading.PaymentId, reading.MerchantId, reading.IdempotencyKey).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("true")]
    public void Read_NoObject_IsOneErrorWithoutField(string json)
    {
        var reading = Requests.Read(json);

        reading.ErrorsOf().ShouldBe([": type"]);
        reading.PaymentId.ShouldBeNull();
    }

    [Fact]
    public void Read_HalfASurrogatePair_IsRejectedByField()
    {
        var json = Requests.Valid().ToJsonString()
            .Replace("Two paperbacks", """Two \ud83d""", StringComparison.Ordinal)
            .Replace("\"campaign\"", """ "\udc00" """, StringComparison.Ordinal);

        Requests.Read(json).ErrorsOf().ShouldBe(["orders[0].description: text_invalid", "metadata.?: text_invalid"]);
    }

    [Fact]
    public void Read_CardNumberInEscapes_IsFound()
    {
        var json = Requests.Valid().ToJsonString()
            .Replace("Two paperbacks", """\u0034111 1111\u00201111 1111""", StringComparison.Ordinal);

        Requests.Read(json).ErrorsOf().ShouldBe(["orders[0].description: card_number"]);
    }

    [Fact]
    public void Read_MemberTwice_IsRejected()
    {
        var json = Requests.Valid().ToJsonString()
            .Replace("\"campaign\":", "\"campaign\":\"a\",\"campaign\":", StringComparison.Ordinal);

        Requests.Read(json).ErrorsOf().ShouldBe(["metadata.campaign: duplicate_field"]);
    }

    [Fact]
    public void Read_ThousandsOfErrors_ListsAThousandAndSaysSo()
    {
        var request = Requests.Valid().With(r => r["unknown"] = new JsonArray(
            [.. Enumerable.Repeat(Requests.CardNumber, 5000).Select(n => (JsonNode)n)]));

        var errors = request.Read().ErrorsOf();

        errors.Length.ShouldBe(1001);
        errors[^1].ShouldBe(": more_errors");
    }

    [Fact]
    public void Messages_OfEveryError_RepeatNoValue()
    {
        const string Secret = "s3cret-value-of-the-client";
        var request = Requests.Valid().With(r =>
        {
            foreach (var name in new[] { "paymentId", "requestedAt", "fulfilmentPolicy", "orders" })
                r[name] = Secret;
            r["idempotencyKey"] = string.Concat(Enumerable.Repeat(Secret, 20));
            Method(r)["country"] = Secret;
        });

        var reading = request.Read().ShouldBeOfType<BrokenRequest>();

        reading.Errors.Count.ShouldBe(6);
        reading.Errors.ShouldAllBe(e => !e.ToString().Contains(Secret));
    }

    private static JsonObject Method(JsonObject request) => request["paymentMethod"]!.AsObject();

    private static JsonObject Credential(JsonObject request, int index) =>
        Method(request)["credentials"]![index]!.AsObject();

    private static JsonObject Order(JsonObject request, int index) => request["orders"]![index]!.AsObject();

    private static JsonObject Amount(JsonObject request) => Order(request, 1)["amount"]!.AsObject();

    private static JsonObject Fee(JsonObject request) => Order(request, 0)["platformFee"]!.AsObject();

    private static JsonArray Many(JsonObject request, int count) => new([.. Enumerable.Range(0, count)
        .Select(i => (JsonNode)Order(request, 0).DeepClone().AsObject().With(o => o["orderId"] = $"order-{i}"))]);

    private static JsonObject Entries(int count) =>
        new(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)"v")));

    private static void Rename(JsonObject owner, string from, string to)
    {
        var value = owner[from];
        owner.Remove(from);
        owner[to] = value;
    }
}
