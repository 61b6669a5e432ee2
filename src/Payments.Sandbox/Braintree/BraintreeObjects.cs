using System.Text;
using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Braintree;

/// <summary>
/// Renders what the book holds as Braintree's objects: all fields of them that this emulator knows, whichever were asked
/// for. The book keeps the sandbox's common words for states.
/// </summary>
internal static class BraintreeObjects
{
    private const long HoldSeconds = 7 * 24 * 3600;

    public static string StatusOf(Intent intent) => intent.Status switch
    {
        "requires_capture" => "AUTHORIZED",
        "succeeded" => intent.IsSettled ? "SETTLED" : "SUBMITTED_FOR_SETTLEMENT",
        "processing" => "AUTHORIZING",
        "canceled" => intent.CancellationReason == "automatic" ? "AUTHORIZATION_EXPIRED" : "VOIDED",
        _ => intent.ErrorCode is "GATEWAY_REJECTED" or "FAILED" ? intent.ErrorCode : "PROCESSOR_DECLINED",
    };

    public static JsonObject Transaction(Intent intent)
    {
        var json = Shared(intent, intent.Id, AmountOf(intent), intent.Metadata.GetValueOrDefault("reference"));
        json["__typename"] = "Transaction";
        json["status"] = StatusOf(intent);
        json["retried"] = false;
        json["partiallyAuthorized"] = AmountOf(intent) < intent.Amount && intent.Captured != AmountOf(intent);
        json["merchantAccountId"] = intent.Description;
        json["statusHistory"] = History(intent);
        json["refunds"] = new JsonArray([.. intent.Refunds.Select(r => Refund(intent, r))]);
        return json;
    }

    public static JsonObject Refund(Intent intent, Refund refund)
    {
        var json = Shared(intent, refund.Id, refund.Amount, refund.Metadata.GetValueOrDefault("reference"));
        json["__typename"] = "Refund";
        json["status"] = refund.Status == "failed" ? "PROCESSOR_DECLINED" : "SUBMITTED_FOR_SETTLEMENT";
        json["refundedTransaction"] = new JsonObject { ["id"] = GlobalId(intent.Id) };
        return json;
    }

    /// <summary>The id of the API; the one in the book is the legacy id, which settlement files and webhooks name.</summary>
    public static string GlobalId(string legacyId) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes((legacyId.StartsWith("re_", StringComparison.Ordinal) ? "refund_" : "transaction_") + legacyId));

    /// <summary>Null for what is no id of the API.</summary>
    public static string? LegacyIdOf(string? globalId)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (globalId is null || !Convert.TryFromBase64String(globalId, bytes, out var length))
            return null;
        var text = Encoding.ASCII.GetString(bytes[..length]);
        return text.IndexOf('_') is >= 0 and var end ? text[(end + 1)..] : null;
    }

    /// <summary>A capture of a part lowers what the transaction shows.</summary>
    private static long AmountOf(Intent intent) =>
        intent.Captured > 0 ? intent.Captured : intent.Authorized > 0 ? intent.Authorized : intent.Amount;

    private static JsonObject Shared(Intent intent, string id, long amount, string? orderId) => new()
    {
        ["id"] = GlobalId(id),
        ["legacyId"] = id,
        ["orderId"] = orderId,
        ["createdAt"] = DateTimeOffset.FromUnixTimeSeconds(intent.Created).ToString("O"),
        ["amount"] = Money(intent, amount),
    };

    private static JsonObject Money(Intent intent, long amount)
    {
        var token = BraintreeTokens.Find(intent.PaymentMethod, intent.Account);
        var skew = intent.EchoesWrongAmount || token is { EchoesWrongAmount: true } ? 1 : 0;
        return new JsonObject
        {
            ["value"] = BraintreeMoney.ToWire(amount + skew, intent.Currency),
            ["currencyCode"] = intent.Currency.ToUpperInvariant(),
        };
    }

    private static JsonArray History(Intent intent)
    {
        var history = new JsonArray();
        if (intent.Authorized > 0)
        {
            history.Add(new JsonObject
            {
                ["__typename"] = "AuthorizedEvent",
                ["amount"] = Money(intent, intent.Authorized),
                ["authorizationExpiresAt"] =
                    DateTimeOffset.FromUnixTimeSeconds(intent.Created + HoldSeconds).ToString("O"),
            });
            return history;
        }

        switch (StatusOf(intent))
        {
            case "GATEWAY_REJECTED":
                history.Add(Rejection(intent));
                break;
            case "FAILED":
                history.Add(Processor("FailedEvent", intent.DeclineCode));
                break;
            case "PROCESSOR_DECLINED":
                history.Add(Processor("ProcessorDeclinedEvent", intent.DeclineCode));
                break;
        }

        return history;
    }

    private static JsonObject Processor(string name, string? code) => new()
    {
        ["__typename"] = name,
        ["processorResponse"] = new JsonObject { ["legacyCode"] = code is { Length: 4 } ? code : "2000" },
    };

    private static JsonObject Rejection(Intent intent)
    {
        var json = new JsonObject
        {
            ["__typename"] = "GatewayRejectedEvent",
            ["gatewayRejectionReason"] = intent.DeclineCode,
        };
        if (intent.CancellationReason is { } first)
        {
            json["duplicateOf"] = new JsonObject
            {
                ["id"] = GlobalId(first),
                ["orderId"] = intent.Metadata.GetValueOrDefault("reference"),
            };
        }

        return json;
    }
}
