using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

public sealed class CanonicalJsonTests
{
    private static readonly Dictionary<string, Func<JsonObject, string>> Same = new()
    {
        ["whitespace"] = r => r.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }),
        ["order of members"] = r => Reversed(r).ToJsonString(),
        ["escapes"] = r => r.ToJsonString().Replace("spring", """\u0073pr\u0069ng""", StringComparison.Ordinal),
        ["form of numbers"] =
            r => r.ToJsonString().Replace("\"weight\":1500", "\"weight\":1.50e3", StringComparison.Ordinal),
        ["case of names"] = r => r.ToJsonString().Replace("\"sellerId\"", "\"SellerID\"", StringComparison.Ordinal),
        ["a default written out"] =
            r => r.ToJsonString().Replace("-adyen\"", "-adyen\",\"reusable\":false", StringComparison.Ordinal),
        ["an optional member null"] = r => r.With(x => x["orders"]![1]!["platformFee"] = null).ToJsonString(),
        ["payment id"] = r => r.With(x => x["paymentId"] = Ulid.NewUlid().ToString()).ToJsonString(),
        ["time of the request"] = r => r.With(x => x["requestedAt"] = "2030-01-01T00:00:00Z").ToJsonString(),
        ["no time of the request"] = r => r.With(x => x.Remove("requestedAt")).ToJsonString(),
    };

    private static readonly Dictionary<string, Action<JsonObject>> Other = new()
    {
        ["key"] = r => r["idempotencyKey"] = "another",
        ["merchant"] = r => r["merchantId"] = "another",
        ["amount"] = r => r["orders"]![0]!["amount"]!["amount"] = 2491,
        ["order of orders"] = r => r["orders"] = new JsonArray(
            r["orders"]![1]!.DeepClone(), r["orders"]![0]!.DeepClone()),
        ["token"] = r => r["paymentMethod"]!["credentials"]![0]!["token"] = "tok_2",
        ["metadata"] = r => r["metadata"]!["campaign"] = "summer",
        ["fee of nothing"] = r => r["orders"]![1]!["platformFee"] =
            JsonNode.Parse("""{ "amount": 0, "currency": "EUR" }"""),
        ["unknown member"] = r => r["weight"] = 1501,
        ["unknown member as text"] = r => r["weight"] = "1500",
        ["another unknown member"] = r => r["height"] = 1,
        ["unknown member elsewhere"] = r =>
        {
            r.Remove("weight");
            r["orders"]![0]!["weight"] = 1500;
        },
    };

    public static TheoryData<string> SameCases => [.. Same.Keys];

    public static TheoryData<string> OtherCases => [.. Other.Keys];

    [Theory]
    [MemberData(nameof(SameCases))]
    public void Hash_SaidInAnotherWay_IsTheSame(string name)
    {
        var request = WithExtra();
        var hash = Valid(request.Read()).Hash;

        var again = Valid(Requests.Read(Same[name](request)));

        again.Hash.ShouldBe(hash);
    }

    [Theory]
    [MemberData(nameof(OtherCases))]
    public void Hash_SomethingElseSaid_Differs(string name)
    {
        var request = WithExtra();
        var hash = Valid(request.Read()).Hash;

        Valid(request.With(Other[name]).Read()).Hash.ShouldNotBe(hash);
    }

    [Fact]
    public void Hash_BrokenRequest_IgnoresPaymentIdAndTime()
    {
        var request = WithExtra().With(r => r.Remove("orders"));
        var hash = request.Read().Hash;

        request.With(r => r.Remove("paymentId"))
            .With(r => (r["PaymentID"], r["requestedAt"]) = (Ulid.NewUlid().ToString(), null))
            .Read().Hash.ShouldBe(hash);
        request.With(r => r["buyerId"] = "other").Read().Hash.ShouldNotBe(hash);
    }

    [Theory]
    [InlineData("\"4111111111111111\"", "\"5555555555554444\"")]
    [InlineData("4111111111111111", "4111111111111111")]
    [InlineData("4012888888881881", "5105105105105100")]
    public void Hash_CardNumbers_CannotBeToldApart(string one, string other)
    {
        var json = Requests.Valid().With(r => r["card"] = "here").ToJsonString();

        var hashes = new[] { one, other }
            .Select(card => Requests.Read(json.Replace("\"here\"", card, StringComparison.Ordinal)).Hash);

        hashes.Select(Convert.ToHexString).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("0", "-0", "0.000", "0e17", "-0.0E-3")]
    [InlineData("100", "1e2", "1E+2", "100.0", "0.1e3", "1000e-1")]
    [InlineData("-12.5", "-125e-1", "-0.0125E3", "-12.500")]
    public void Number_OneValue_HasOneForm(params string[] spellings) =>
        spellings.Select(CanonicalJson.Number).Distinct().ShouldHaveSingleItem();

    [Theory]
    [InlineData("1", "10")]
    [InlineData("1", "-1")]
    [InlineData("0.1", "0.01")]
    [InlineData("12345678901234567890", "12345678901234567891")]
    public void Number_OtherValue_HasAnotherForm(string one, string other) =>
        CanonicalJson.Number(one).ShouldNotBe(CanonicalJson.Number(other));

    private static JsonObject WithExtra() => Requests.Valid().With(r => r["weight"] = 1500);

    private static ValidRequest Valid(RequestReading reading)
    {
        reading.ErrorsOf().ShouldBeEmpty();
        return (ValidRequest)reading;
    }

    private static JsonNode Reversed(JsonNode node) => node switch
    {
        JsonObject owner => new JsonObject(owner.Reverse()
            .Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : Reversed(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(i => Reversed(i!))]),
        _ => node.DeepClone(),
    };
}
