using System.ComponentModel;
using System.Text.Json;

namespace Payments.Contracts.Values;

public sealed class CurrencyTests
{
    private static readonly Dictionary<string, int> NotTwo = new()
    {
        ["BHD"] = 3,
        ["BIF"] = 0,
        ["CLF"] = 4,
        ["CLP"] = 0,
        ["DJF"] = 0,
        ["GNF"] = 0,
        ["IQD"] = 3,
        ["ISK"] = 0,
        ["JOD"] = 3,
        ["JPY"] = 0,
        ["KMF"] = 0,
        ["KRW"] = 0,
        ["KWD"] = 3,
        ["LYD"] = 3,
        ["OMR"] = 3,
        ["PYG"] = 0,
        ["RWF"] = 0,
        ["TND"] = 3,
        ["UGX"] = 0,
        ["UYI"] = 0,
        ["UYW"] = 4,
        ["VND"] = 0,
        ["VUV"] = 0,
        ["XAF"] = 0,
        ["XOF"] = 0,
        ["XPF"] = 0,
    };

    [Fact]
    public void All_TheList_IsCompleteOrderedAndWithoutDoubles()
    {
        Currency.All.Count.ShouldBe(165);
        Currency.All.Select(currency => currency.Code).ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
        Currency.All.Select(currency => currency.Code).ShouldBeUnique();
        Currency.All.Select(currency => currency.NumericCode).ShouldBeUnique();
        Currency.All.ShouldAllBe(currency => currency.NumericCode >= 1 && currency.NumericCode <= 999);
    }

    [Fact]
    public void Exponent_EveryCurrency_IsTwoWithTheKnownExceptions() =>
        Currency.All.Where(currency => currency.Exponent != 2)
            .ToDictionary(currency => currency.Code, currency => currency.Exponent)
            .ShouldBe(NotTwo, ignoreOrder: true);

    [Theory]
    [InlineData("EUR", 978)]
    [InlineData("USD", 840)]
    [InlineData("AFN", 971)]
    [InlineData("ALL", 8)]
    [InlineData("SLE", 925)]
    [InlineData("VED", 926)]
    [InlineData("VES", 928)]
    [InlineData("XAD", 396)]
    [InlineData("XCD", 951)]
    [InlineData("XCG", 532)]
    [InlineData("ZWG", 924)]
    public void NumericCode_KnownCurrency_IsThatOfTheStandard(string code, int numeric) =>
        Currency.Parse(code).NumericCode.ShouldBe(numeric);

    [Fact]
    public void Parse_OwnCode_RoundTrips()
    {
        foreach (var currency in Currency.All)
        {
            Currency.Parse(currency.Code).ShouldBe(currency);
            currency.ToString().ShouldBe(currency.Code);
            JsonSerializer.Deserialize<Currency>(JsonSerializer.Serialize(currency)).ShouldBe(currency);
        }
    }

    [Fact]
    public void Statics_OftenUsed_AreWhatTheySay() =>
        new[] { Currency.Eur, Currency.Gbp, Currency.Jpy, Currency.Kwd, Currency.Usd }
            .Select(currency => currency.Code)
            .ShouldBe(["EUR", "GBP", "JPY", "KWD", "USD"]);

    [Theory]
    [InlineData("usd", "three upper-case letters")]
    [InlineData("Usd", "three upper-case letters")]
    [InlineData("", "three upper-case letters")]
    [InlineData("US", "three upper-case letters")]
    [InlineData("USDX", "three upper-case letters")]
    [InlineData("US\u00c9", "three upper-case letters")]
    [InlineData("840", "three upper-case letters")]
    [InlineData("AAA", "AAA is not an active currency")]
    [InlineData("ZZZ", "ZZZ is not an active currency")]
    [InlineData("XAU", "XAU has no minor unit")]
    [InlineData("XXX", "XXX has no minor unit")]
    [InlineData("HRK", "use EUR")]
    [InlineData("BGN", "use EUR")]
    [InlineData("ANG", "use XCG")]
    [InlineData("SLL", "use SLE")]
    [InlineData("ZWL", "use ZWG")]
    public void Parse_NoCurrency_IsRefusedByTheRule(string text, string rule)
    {
        Should.Throw<FormatException>(() => Currency.Parse(text)).Message.ShouldContain(rule);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Currency>(JsonSerializer.Serialize(text)))
            .Message.ShouldContain(rule);
        Currency.TryParse(text, out var currency).ShouldBeFalse();
        currency.IsDefined.ShouldBeFalse();
    }

    [Fact]
    public void Parse_CardNumber_IsNotRepeatedInTheRefusal() =>
        Should.Throw<FormatException>(() => Currency.Parse("4111111111111111")).Message.ShouldNotContain("4111");

    [Fact]
    public void Json_SomethingElse_IsRefused()
    {
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Currency>("978"));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Currency>("null"));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Currency>("\"\\ud800\""));
    }

    [Fact]
    public void Json_PropertyName_RoundTrips()
    {
        var json = JsonSerializer.Serialize(new Dictionary<Currency, int> { [Currency.Kwd] = 3 });

        json.ShouldBe("""{"KWD":3}""");
        JsonSerializer.Deserialize<Dictionary<Currency, int>>(json)!.ShouldContainKeyAndValue(Currency.Kwd, 3);
    }

    [Fact]
    public void Default_NeverSet_SaysSoAndCannotBeUsed()
    {
        var none = default(Currency);

        none.ToString().ShouldBe("(no currency)");
        none.ShouldNotBe(Currency.Usd);
        Should.Throw<InvalidOperationException>(() => none.Code);
        Should.Throw<InvalidOperationException>(() => none.NumericCode);
        Should.Throw<InvalidOperationException>(() => none.Exponent);
        Should.Throw<JsonException>(() => JsonSerializer.Serialize(none));
    }

    [Fact]
    public void TypeConverter_Code_IsParsed() =>
        TypeDescriptor.GetConverter(typeof(Currency)).ConvertFromInvariantString("JPY").ShouldBe(Currency.Jpy);
}
