using Payments.Executor.Psp;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Stripe;

public sealed class StripeAmountsTests
{
    [Theory]
    [InlineData(1999, "USD", 1999)]
    [InlineData(1999, "JPY", 1999)]
    [InlineData(1999, "ISK", 199900)]
    [InlineData(5, "UGX", 500)]
    [InlineData(500, "MGA", 5)]
    [InlineData(12340, "KWD", 12340)]
    [InlineData(1999, "HUF", 1999)]
    public void ToWire_ARepresentableAmount_GoesThereAndBack(long minor, string currency, long wire)
    {
        StripeAmounts.ToWire(minor, currency).ShouldBe((wire, null));
        StripeAmounts.FromWire(wire, currency).ShouldBe(minor);
    }

    [Theory]
    [InlineData(12345, "KWD", Reasons.AmountNotRepresentable)]
    [InlineData(1, "BHD", Reasons.AmountNotRepresentable)]
    [InlineData(1, "JOD", Reasons.AmountNotRepresentable)]
    [InlineData(1, "OMR", Reasons.AmountNotRepresentable)]
    [InlineData(1, "TND", Reasons.AmountNotRepresentable)]
    [InlineData(550, "MGA", Reasons.AmountNotRepresentable)]
    [InlineData(0, "USD", Reasons.AmountNotRepresentable)]
    [InlineData(-1, "USD", Reasons.AmountNotRepresentable)]
    [InlineData(long.MaxValue, "ISK", Reasons.AmountNotRepresentable)]
    [InlineData(100, "IQD", Reasons.CurrencyNotSupported)]
    [InlineData(100, "CLF", Reasons.CurrencyNotSupported)]
    [InlineData(100, "usd", Reasons.CurrencyNotSupported)]
    [InlineData(100, "", Reasons.CurrencyNotSupported)]
    public void ToWire_AnythingElse_IsRefusedBeforeSending(long minor, string currency, string reason)
    {
        var refusal = StripeAmounts.ToWire(minor, currency).Refusal.ShouldNotBeNull();

        refusal.IsReady.ShouldBeFalse();
        refusal.Refusal!.Kind.ShouldBe(OutcomeKind.InvalidRequest);
        refusal.Refusal.Reason.ShouldBe(reason);
    }

    [Fact]
    public void Rows_EveryOne_HasATestAbove() =>
        StripeAmounts.Rows.Keys.Order().ShouldBe(
            ["BHD", "CLF", "IQD", "ISK", "JOD", "KWD", "LYD", "MGA", "MRU", "OMR", "TND", "UGX", "UYW"]);
}
