using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;

namespace Payments.Executor.Tests.Psp.Adyen;

public sealed class AdyenAmountsTests
{
    [Theory]
    [InlineData("USD", 1999, 1999)]
    [InlineData("JPY", 1999, 1999)]
    [InlineData("KWD", 1999, 1999)]
    [InlineData("CLP", 1999, 199900)]
    [InlineData("ISK", 1999, 199900)]
    [InlineData("CVE", 1900, 19)]
    [InlineData("IDR", 1900, 19)]
    public void ToWire_ACurrency_HasAdyensExponent(string currency, long minor, long wire)
    {
        var (value, refusal) = AdyenAmounts.ToWire(minor, currency);

        refusal.ShouldBeNull();
        value.ShouldBe(wire);
    }

    [Theory]
    [InlineData("IDR", 1999, Reasons.AmountNotRepresentable)]
    [InlineData("CVE", 1, Reasons.AmountNotRepresentable)]
    [InlineData("CLP", long.MaxValue, Reasons.AmountNotRepresentable)]
    [InlineData("USD", 0, Reasons.AmountNotRepresentable)]
    [InlineData("CLF", 1, Reasons.CurrencyNotSupported)]
    [InlineData("UYW", 1, Reasons.CurrencyNotSupported)]
    [InlineData("usd", 1, Reasons.CurrencyNotSupported)]
    public void ToWire_WhatAdyenCannotTake_IsRefused(string currency, long minor, string reason) =>
        AdyenAmounts.ToWire(minor, currency).Refusal!.Refusal!.Reason.ShouldBe(reason);

    [Fact]
    public void Rows_All_AreTestedHere() =>
        AdyenAmounts.Rows.Keys.Order().ShouldBe(["CLF", "CLP", "CVE", "IDR", "ISK", "UYW"]);
}
