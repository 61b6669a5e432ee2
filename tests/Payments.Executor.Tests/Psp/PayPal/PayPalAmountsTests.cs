using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;

namespace Payments.Executor.Tests.Psp.PayPal;

public sealed class PayPalAmountsTests
{
    [Theory]
    [InlineData("USD", 1999, "19.99")]
    [InlineData("EUR", 1, "0.01")]
    [InlineData("GBP", 100, "1.00")]
    [InlineData("USD", 1_000_000_000_000, "10000000000.00")]
    [InlineData("JPY", 1999, "1999")]
    // ISO 4217 gives these two decimals, PayPal none.
    [InlineData("HUF", 199900, "1999")]
    [InlineData("TWD", 100, "1")]
    public void ToWire_ACurrency_HasPayPalsPlaces(string currency, long minor, string wire)
    {
        PayPalAmounts.ToWire(minor, currency).ShouldBe((wire, null));
        PayPalAmounts.FromWire(wire, currency).ShouldBe(minor);
    }

    [Theory]
    [InlineData("HUF", 199950, Reasons.AmountNotRepresentable)]
    [InlineData("TWD", 1, Reasons.AmountNotRepresentable)]
    [InlineData("USD", 0, Reasons.AmountNotRepresentable)]
    [InlineData("USD", -1, Reasons.AmountNotRepresentable)]
    // Of three decimals, of none and of no account at PayPal.
    [InlineData("KWD", 1000, Reasons.CurrencyNotSupported)]
    [InlineData("KRW", 1000, Reasons.CurrencyNotSupported)]
    [InlineData("usd", 1000, Reasons.CurrencyNotSupported)]
    [InlineData("", 1000, Reasons.CurrencyNotSupported)]
    public void ToWire_WhatPayPalCannotTake_IsRefused(string currency, long minor, string reason) =>
        PayPalAmounts.ToWire(minor, currency).Refusal!.Refusal!.Reason.ShouldBe(reason);

    [Theory]
    [InlineData("19.99", "USD", 1999L)]
    [InlineData("19.9", "USD", 1990L)]
    [InlineData("19", "USD", 1900L)]
    [InlineData("19.990", "USD", 1999L)]
    [InlineData("1999.00", "JPY", 1999L)]
    [InlineData("1999.5", "HUF", 199950L)]
    [InlineData("19.999", "USD", null)]
    [InlineData("1999.5", "JPY", null)]
    [InlineData("-19.99", "USD", null)]
    [InlineData("19,99", "USD", null)]
    [InlineData("1e3", "USD", null)]
    [InlineData("1000000000001", "USD", null)]
    [InlineData("99999999999999999999999999999999", "USD", null)]
    [InlineData("", "USD", null)]
    [InlineData(null, "USD", null)]
    [InlineData("19.99", "usd", null)]
    [InlineData("19.99", null, null)]
    public void FromWire_AText_IsTheAmountOrNone(string? wire, string? currency, long? minor) =>
        PayPalAmounts.FromWire(wire, currency).ShouldBe(minor);

    /// <summary>Every currency of PayPal's list, there and back.</summary>
    [Fact]
    public void ToWire_EveryCurrency_ComesBackAsItWas()
    {
        PayPalAmounts.Places.Count.ShouldBe(24);
        foreach (var currency in PayPalAmounts.Places.Keys)
            PayPalAmounts.FromWire(PayPalAmounts.ToWire(123_400, currency).Wire, currency).ShouldBe(123_400);
    }
}
