using System.Text.Json.Nodes;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Braintree;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Braintree;

/// <summary>Answers as Braintree words them, of one operation.</summary>
internal static class BraintreeResponses
{
    public static readonly BraintreeAdapter Adapter = new("shop-USD");

    public static PspOperation Operation(PspStep step) => new()
    {
        Step = step,
        OperationId = "P/O/charge/1",
        PaymentId = "P",
        OrderId = "O",
        AmountMinor = 1999,
        CurrencyCode = "USD",
        Token = "fake-valid-nonce",
        TargetReference = "dHJhbnNhY3Rpb25fMQ==",
        CreatedAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
    };

    public static JsonObject Transaction(
        string status,
        string amount = "19.99",
        string currency = "USD",
        string orderId = "P/O/charge/1",
        string id = "dHJhbnNhY3Rpb25fMQ==",
        JsonObject? history = null,
        bool isRetried = false,
        bool isPart = false,
        JsonArray? refunds = null) => new()
        {
            ["id"] = id,
            ["legacyId"] = "legacy1",
            ["orderId"] = orderId,
            ["status"] = status,
            ["retried"] = isRetried,
            ["partiallyAuthorized"] = isPart,
            ["amount"] = Money(amount, currency),
            ["statusHistory"] = history is null ? [] : new JsonArray(history),
            ["refunds"] = refunds,
        };

    public static JsonObject Refund(
        string status, string amount = "19.99", string orderId = "P/O/charge/1", string of = "dHJhbnNhY3Rpb25fMQ==") => new()
        {
            ["__typename"] = "Refund",
            ["id"] = "cmVmdW5kXzE=",
            ["legacyId"] = "legacy2",
            ["orderId"] = orderId,
            ["status"] = status,
            ["amount"] = Money(amount, "USD"),
            ["refundedTransaction"] = new JsonObject { ["id"] = of },
        };

    public static JsonObject Declined(string code, string? type = null) => new()
    {
        ["__typename"] = "ProcessorDeclinedEvent",
        ["declineType"] = type,
        ["processorResponse"] = new JsonObject { ["legacyCode"] = code },
    };

    public static JsonObject Rejected(string reason, string? duplicateOfOrderId = null) => new()
    {
        ["__typename"] = "GatewayRejectedEvent",
        ["gatewayRejectionReason"] = reason,
        ["duplicateOf"] = duplicateOfOrderId is null
            ? null
            : new JsonObject { ["id"] = "dHJhbnNhY3Rpb25fMA==", ["orderId"] = duplicateOfOrderId },
    };

    public static PspResponse Mutated(PspStep step, JsonObject made) => Data(step switch
    {
        PspStep.Sale => new JsonObject { ["chargePaymentMethod"] = new JsonObject { ["transaction"] = made } },
        PspStep.Authorize => new JsonObject { ["authorizePaymentMethod"] = new JsonObject { ["transaction"] = made } },
        PspStep.Capture => new JsonObject { ["captureTransaction"] = new JsonObject { ["transaction"] = made } },
        PspStep.Void => new JsonObject { ["reverseTransaction"] = new JsonObject { ["reversal"] = made } },
        PspStep.Refund => new JsonObject { ["refundTransaction"] = new JsonObject { ["refund"] = made } },
    });

    public static PspResponse Found(params JsonObject[] transactions) =>
        Data(new JsonObject { ["search"] = Search(transactions) });

    public static PspResponse Retrieved(JsonObject node, params JsonObject[] others) =>
        Data(new JsonObject { ["node"] = node, ["search"] = Search(others) });

    public static PspResponse Error(int status, string? errorClass, string? code)
    {
        var error = new JsonObject
        {
            ["message"] = "fake-valid-nonce",
            ["extensions"] = new JsonObject { ["errorClass"] = errorClass, ["legacyCode"] = code },
        };
        return Responses.Of(status, new JsonObject { ["data"] = null, ["errors"] = new JsonArray(error) }.ToJsonString());
    }

    public static PspResponse Data(JsonObject data) =>
        Responses.Of(200, new JsonObject { ["data"] = data, ["extensions"] = new JsonObject { ["requestId"] = "r-1" } }.ToJsonString());

    private static JsonObject Search(JsonObject[] transactions) => new()
    {
        ["transactions"] = new JsonObject
        {
            ["edges"] = new JsonArray([.. transactions.Select(t => new JsonObject { ["node"] = t })]),
            ["pageInfo"] = new JsonObject { ["hasNextPage"] = false },
        },
    };

    private static JsonObject Money(string value, string currency) =>
        new() { ["value"] = value, ["currencyCode"] = currency };
}
