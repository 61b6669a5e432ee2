using System.Text.Json;
using FsCheck.Fluent;

namespace Payments.Contracts.Values;

public sealed class MoneyTests
{
    private static readonly Money Most = new(Money.MaxAmount, Currency.Usd);

    [Theory]
    [InlineData(1_000_000_000_001)]
    [InlineData(-1_000_000_000_001)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void New_BeyondTheLimit_IsRefused(long amount) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Money(amount, Currency.Usd));

    [Fact]
    public void New_NoCurrency_IsRefused()
    {
        Should.Throw<ArgumentException>(() => new Money(1, default));
        Should.Throw<ArgumentException>(() => Money.Zero(default));
        Should.Throw<ArgumentException>(() => Money.Sum([], default));
    }

    [Fact]
    public void Add_TwoAmounts_AddsOrRefuses() =>
        Property.Holds(Generate.Amount, Generate.Amount, Generate.Currency, (left, right, currency) =>
        {
            var sum = left + right;
            var add = () => new Money(left, currency) + new Money(right, currency);

            if (sum is >= -Money.MaxAmount and <= Money.MaxAmount)
                add().ShouldBe(new Money(sum, currency));
            else
                Should.Throw<OverflowException>(() => add()).Message.ShouldContain(currency.Code);
        });

    [Fact]
    public void Subtract_TwoAmounts_IsAddingTheOpposite() =>
        Property.Holds(Generate.Amount, Generate.Amount, Generate.Currency, (left, right, currency) =>
        {
            var subtract = () => new Money(left, currency) - new Money(right, currency);
            var addOpposite = () => new Money(left, currency) + -new Money(right, currency);

            if (left - right is >= -Money.MaxAmount and <= Money.MaxAmount)
                subtract().ShouldBe(addOpposite());
            else
                Should.Throw<OverflowException>(() => subtract());
        });

    [Fact]
    public void Add_InAnyOrder_GivesTheSame()
    {
        var amount = Generate.Long(-Money.MaxAmount / 3, Money.MaxAmount / 3)
            .Select(minor => new Money(minor, Currency.Kwd));

        Property.Holds(amount, amount, amount, (first, second, third) =>
        {
            (first + second).ShouldBe(second + first);
            (first + second + third).ShouldBe(first + (second + third));
            (first + Money.Zero(Currency.Kwd)).ShouldBe(first);
            (first - first).ShouldBe(Money.Zero(Currency.Kwd));
            (-(-first)).ShouldBe(first);
        });
    }

    [Fact]
    public void Sum_ManyAmounts_IsTheWholeWhateverTheOrder()
    {
        Property.Holds(Gen.ListOf(Generate.Amount), amounts =>
        {
            var total = amounts.Sum();
            var sum = () => Money.Sum(amounts.Select(amount => new Money(amount, Currency.Jpy)), Currency.Jpy);

            if (total is >= -Money.MaxAmount and <= Money.MaxAmount)
                sum().ShouldBe(new Money(total, Currency.Jpy));
            else
                Should.Throw<OverflowException>(() => sum());
        });
        Money.Sum([], Currency.Eur).ShouldBe(Money.Zero(Currency.Eur));
        Money.Sum([Most, Most, -Most], Currency.Usd).ShouldBe(Most);
    }

    [Fact]
    public void Arithmetic_TwoCurrencies_IsRefused() =>
        Property.Holds(Generate.Money, Generate.Money, (left, right) =>
        {
            if (left.Currency == right.Currency)
                return;
            Action[] mixed =
            [
                () => _ = left + right,
                () => _ = left - right,
                () => _ = left < right,
                () => _ = left >= right,
                () => _ = left.CompareTo(right),
                () => _ = Money.Sum([right], left.Currency),
            ];
            foreach (var action in mixed)
            {
                var error = Should.Throw<CurrencyMismatchException>(action);
                (error.Left, error.Right).ShouldBe((left.Currency, right.Currency));
                error.Message.ShouldStartWith($"{left.Currency} and {right.Currency} ");
            }

            left.ShouldNotBe(right);
        });

    [Fact]
    public void Compare_OneCurrency_IsByAmount() =>
        Property.Holds(Generate.Amount, Generate.Amount, Generate.Currency, (one, other, currency) =>
        {
            var (left, right) = (new Money(one, currency), new Money(other, currency));

            left.CompareTo(right).ShouldBe(one.CompareTo(other));
            left.CompareTo((object)right).ShouldBe(one.CompareTo(other));
            (left < right).ShouldBe(one < other);
            (left > right).ShouldBe(one > other);
            (left <= right).ShouldBe(one <= other);
            (left >= right).ShouldBe(one >= other);
            (left == right).ShouldBe(one == other);
            (left.IsPositive, left.IsZero, left.IsNegative).ShouldBe((one > 0, one == 0, one < 0));
        });

    [Theory]
    [InlineData(1999, "USD", "19.99 USD")]
    [InlineData(5, "USD", "0.05 USD")]
    [InlineData(-5, "USD", "-0.05 USD")]
    [InlineData(0, "USD", "0.00 USD")]
    [InlineData(-123456, "USD", "-1234.56 USD")]
    [InlineData(1999, "JPY", "1999 JPY")]
    [InlineData(0, "JPY", "0 JPY")]
    [InlineData(1999, "KWD", "1.999 KWD")]
    [InlineData(-1, "KWD", "-0.001 KWD")]
    [InlineData(12345, "CLF", "1.2345 CLF")]
    [InlineData(1_000_000_000_000, "EUR", "10000000000.00 EUR")]
    public void ToString_AnyExponent_ShowsMajorUnits(long amount, string currency, string text) =>
        new Money(amount, Currency.Parse(currency)).ToString().ShouldBe(text);

    [Fact]
    public void Json_AnyMoney_RoundTrips() => Property.Holds(Generate.Money, money =>
    {
        var json = JsonSerializer.Serialize(money);

        json.ShouldBe($$"""{"amount":{{money.Amount}},"currency":"{{money.Currency.Code}}"}""");
        JsonSerializer.Deserialize<Money>(json).ShouldBe(money);
        JsonSerializer.Deserialize<Money?>(json).ShouldBe(money);
    });

    [Fact]
    public void Json_LenientOptions_ChangeNothing()
    {
        var lenient = new JsonSerializerOptions(JsonSerializerDefaults.Web);

        JsonSerializer.Serialize(new Money(1999, Currency.Usd), lenient)
            .ShouldBe("""{"amount":1999,"currency":"USD"}""");
        Should.Throw<JsonException>(
            () => JsonSerializer.Deserialize<Money>("""{"amount":"1","currency":"USD"}""", lenient));
        Should.Throw<JsonException>(
            () => JsonSerializer.Deserialize<Money>("""{"Amount":1,"currency":"USD"}""", lenient));
    }

    [Theory]
    [InlineData("""{ "currency" : "USD", "amount" : 1999 }""")]
    [InlineData("""{"\u0061mount":1999,"currency":"\u0055SD"}""")]
    public void Json_OtherSpelling_IsRead(string json) =>
        JsonSerializer.Deserialize<Money>(json).ShouldBe(new Money(1999, Currency.Usd));

    [Theory]
    [InlineData("""{"amount":"1999","currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":19.99,"currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":1999.0,"currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":1e3,"currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":1E3,"currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":null,"currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":true,"currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":[1],"currency":"USD"}""", "amount: must be a whole number")]
    [InlineData("""{"amount":1000000000001,"currency":"USD"}""", "amount: must lie between")]
    [InlineData("""{"amount":-1000000000001,"currency":"USD"}""", "amount: must lie between")]
    [InlineData("""{"amount":99999999999999999999,"currency":"USD"}""", "amount: must lie between")]
    [InlineData("""{"amount":1,"amount":1,"currency":"USD"}""", "amount: must be given once")]
    [InlineData("""{"currency":"USD"}""", "amount: is missing")]
    [InlineData("""{"amount":1}""", "currency: is missing")]
    [InlineData("""{"amount":1,"currency":null}""", "currency: A currency is three")]
    [InlineData("""{"amount":1,"currency":840}""", "currency: A currency is three")]
    [InlineData("""{"amount":1,"currency":"usd"}""", "currency: A currency is three")]
    [InlineData("""{"amount":1,"currency":"ABC"}""", "currency: ABC is not")]
    [InlineData("""{"amount":1,"currency":"USD","currency":"USD"}""", "currency: must be given once")]
    [InlineData("""{"amount":1,"currency":"USD","exponent":3}""", "no other")]
    [InlineData("""[1,"USD"]""", "JSON object")]
    [InlineData("null", "JSON object")]
    [InlineData("\"19.99 USD\"", "JSON object")]
    public void Json_NoMoney_IsRefusedByFieldAndRule(string json, string rule) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Money>(json)).Message.ShouldContain(rule);

    [Fact]
    public void Default_NeverSet_SaysSoAndCannotBeUsed()
    {
        var none = default(Money);

        none.IsDefined.ShouldBeFalse();
        none.ToString().ShouldBe("(no currency)");
        none.ShouldBe(default);
        none.ShouldNotBe(Money.Zero(Currency.Usd));
        Action[] uses =
        [
            () => _ = none + none,
            () => _ = Most + none,
            () => _ = none - Most,
            () => _ = -none,
            () => _ = none < Most,
            () => _ = none.IsPositive,
            () => _ = none.IsZero,
            () => _ = none.IsNegative,
            () => _ = Money.Sum([none], Currency.Usd),
        ];
        foreach (var use in uses)
            Should.Throw<InvalidOperationException>(use).ShouldNotBeOfType<CurrencyMismatchException>();
        Should.Throw<JsonException>(() => JsonSerializer.Serialize(none));
    }
}
