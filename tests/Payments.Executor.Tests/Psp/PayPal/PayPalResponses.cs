using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>Orders, payments and errors as PayPal renders them.</summary>
internal static class PayPalResponses
{
    public static readonly PayPalAdapter Adapter = new(new PspConnectionOptions
    {
        Adapter = "paypal",
        BaseAddress = new Uri("https://api-m.sandbox.paypal.com/"),
        PublicKey = "client-1",
        SecretKey = "secret-1",
    });

    /// <summary>An authorization, a capture or a refund.</summary>
    public static string Payment(
        PspOperation operation,
        string status,
        string? id = null,
        string? value = null,
        string? currency = null,
        string? invoice = null,
        string? custom = null,
        string? more = null) =>
        $$"""
        {"id":"{{id ?? "8MC585209K746392H"}}","status":"{{status}}","amount":{"currency_code":"{{currency ?? "USD"}}","value":"{{value ?? "19.99"}}"},
         "invoice_id":"{{invoice ?? Reference(operation)}}","custom_id":"{{custom ?? Reference(operation)}}",
         "supplementary_data":{"related_ids":{"order_id":"5O190127TN364715T"} },
         "expiration_time":"2026-01-30T12:00:00Z","links":[]{{more}} }
        """;

    public static string Order(
        PspOperation operation, string status, string payments = "", string? custom = null, string id = "5O190127TN364715T") =>
        $$"""
        {"id":"{{id}}","status":"{{status}}","purchase_units":[{"reference_id":"P/O","custom_id":"{{custom ?? Reference(operation)}}",
         "payments":{ {{payments}} } }] }
        """;

    public static string Captures(params string[] captures) => $"\"captures\":[{string.Join(',', captures)}]";

    public static string Authorizations(params string[] authorizations) =>
        $"\"authorizations\":[{string.Join(',', authorizations)}]";

    public static string Refunds(params string[] refunds) => $"\"refunds\":[{string.Join(',', refunds)}]";

    public static string Error(string? name, string? issue) =>
        $$"""
        {"name":{{Json(name)}},"message":"See pm_card_visa.","debug_id":"d1",
         "details":[{"issue":{{Json(issue)}},"description":"pm_card_visa","field":"/payment_source/card/vault_id"}]}
        """;

    private static string Reference(PspOperation operation) => Adapter.ReferenceOf(operation.OperationId);

    private static string Json(string? text) => text is null ? "null" : $"\"{text}\"";
}
