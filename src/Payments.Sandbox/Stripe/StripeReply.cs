using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Stripe;

/// <summary>An answer in Stripe's wire format.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The object, the list or the error.</param>
internal sealed record StripeReply(int Status, JsonObject Body) : PspReply(Status)
{
    public override string Json => Body.ToJsonString();
}

/// <summary>Stripe's error answers.</summary>
internal static class StripeErrors
{
    private const string Invalid = "invalid_request_error";

    /// <summary>A parameter that cannot be: refused before the endpoint begins.</summary>
    public static StripeReply Parameter(string param, string message, string? code = null) =>
        Of(400, Invalid, code, message, param) with { IsSaved = false };

    public static StripeReply Missing(string param) =>
        Parameter(param, $"Missing required param: {param}.", "parameter_missing");

    public static StripeReply NotFound(string kind, string id, string param) =>
        Of(404, Invalid, "resource_missing", $"No such {kind}: '{id}'", param) with { IsSaved = false };

    public static StripeReply UnknownUrl(string method, string path) =>
        Of(404, Invalid, null, $"Unrecognized request URL ({method}: {path}).") with { IsSaved = false };

    public static StripeReply WrongKey() =>
        Of(401, Invalid, null, "Invalid API Key provided.") with { IsSaved = false };

    public static StripeReply RateLimited() =>
        Of(429, Invalid, "rate_limit", "Too many requests hit the API too quickly.") with { IsSaved = false };

    public static StripeReply KeyInUse() =>
        Of(409, Invalid, "idempotency_key_in_use", "Another request with this idempotency key is in progress.");

    public static StripeReply KeyMismatch() =>
        Of(
            400,
            "idempotency_error",
            null,
            "Keys for idempotent requests can only be used with the same parameters they were first used with.");

    public static StripeReply Server(int status = 500) =>
        Of(status, "api_error", null, "Sorry, something went wrong on our side.");

    public static StripeReply State(string code, string message, Intent? intent = null, string? param = null)
    {
        var reply = Of(400, Invalid, code, message, param);
        if (intent is not null)
            ((JsonObject)reply.Body["error"]!)["payment_intent"] = StripeObjects.Intent(intent, isExpanded: false);
        return reply;
    }

    public static StripeReply Card(Intent intent)
    {
        var reply = Of(402, "card_error", intent.ErrorCode, "Your card was declined.");
        var error = (JsonObject)reply.Body["error"]!;
        error["charge"] = intent.ChargeId;
        if (intent.DeclineCode is not null)
            error["decline_code"] = intent.DeclineCode;
        error["payment_intent"] = StripeObjects.Intent(intent, isExpanded: false);
        return reply with { Changed = intent };
    }

    private static StripeReply Of(int status, string type, string? code, string message, string? param = null)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = type };
        if (code is not null)
        {
            error["code"] = code;
            error["doc_url"] = "https://stripe.com/docs/error-codes/" + code.Replace('_', '-');
        }

        if (param is not null)
            error["param"] = param;
        return new StripeReply(status, new JsonObject { ["error"] = error });
    }
}
