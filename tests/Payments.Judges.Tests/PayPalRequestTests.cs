using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Judges.Tests.Kit;

namespace Payments.Judges.Tests;

/// <summary>What the journey of <see cref="RequestTests"/> does not send to PayPal.</summary>
public sealed class PayPalRequestTests
{
    private const string GoodOrder = """{"intent":"CAPTURE","purchase_units":[{"amount":{"currency_code":"USD","value":"1.00"}}]}""";

    private static readonly PayPalAdapter Adapter = new(new PspConnectionOptions
    {
        BaseAddress = new Uri("https://api-m.sandbox.paypal.com/"),
        PublicKey = "client-1",
        SecretKey = "secret-1",
    });

    /// <summary>Other tokens, other currencies, longer ids, and the order that only waits.</summary>
    [SkippableFact]
    public async Task Requests_OfRarerKinds_AreAsTheSpecificationWantsThem()
    {
        await using var judge = await StartAsync();
        var sale = Operation(PspStep.Sale);
        PspOperation[] operations =
        [
            sale with { Token = "B-1AB23456CD789012E" },
            sale with { CurrencyCode = "JPY" },
            sale with { CurrencyCode = "HUF", AmountMinor = 199900 },
            sale with { OperationId = sale.OperationId + new string('9', 100) },
            Operation(PspStep.Void) with { TargetReference = "ODR-5O190127TN364715T" },
        ];

        List<string> wrong = [];
        foreach (var operation in operations)
            wrong.AddRange(await judge.JudgeAsync(SentRequest.Of(Adapter.Prepare(operation).Request.ShouldNotBeNull())));
        foreach (var cursor in (string[])["Order:5O190127TN364715T", "Capture:2GG279541U471931P", "Refund:1JU08902781691411"])
            wrong.AddRange(await judge.JudgeAsync(SentRequest.Of(Adapter.PrepareLookUp(sale, cursor).ShouldNotBeNull())));

        wrong.ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData("v2/checkout/orders", GoodOrder, "\"value\":\"1.00\"", "\"value\":1.00")]
    [InlineData("v2/checkout/orders", GoodOrder, "\"value\":\"1.00\"", "\"value\":\"1,00\"")]
    [InlineData("v2/checkout/orders", GoodOrder, "USD", "DOLLARS")]
    [InlineData("v2/checkout/orders", GoodOrder, "CAPTURE", "SALE")]
    [InlineData("v2/payments/captures/C1/refund", """{"amount":{"currency_code":"USD","value":"1.00"}}""", "\"value\":\"1.00\"", "\"value\":\"abc\"")]
    [InlineData("v2/payments/authorizations/A1/capture", """{"final_capture":true}""", "true", "\"yes\"")]
    public async Task Requests_KnownToBeBad_AreFoundOut(string path, string good, string part, string instead)
    {
        await using var judge = await StartAsync();
        good.ShouldContain(part);

        (await judge.JudgeAsync(SentRequest.Post(path, "application/json", good))).ShouldBeEmpty();
        (await judge.JudgeAsync(SentRequest.Post(path, "application/json", good.Replace(part, instead)))).ShouldNotBeEmpty();
    }

    private static PspOperation Operation(PspStep step) => new()
    {
        Step = step,
        OperationId = "01JDN2X6S1F5Q7W8E9R0T1Y2Z3/order-1/charge/1",
        PaymentId = "01JDN2X6S1F5Q7W8E9R0T1Y2Z3",
        OrderId = "order-1",
        AmountMinor = 1999,
        CurrencyCode = "USD",
        Token = "pm_card_visa",
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    private static async Task<Steady> StartAsync()
    {
        Requirements.SkipWithoutSpecs();
        await Requirements.SkipWithoutPackagesAsync();
        var paypal = JudgedPsp.Named("paypal");
        return await Steady.StartAsync(paypal.Spec, paypal.SteadyOptions);
    }
}
