using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Square;

/// <summary>An answer in Square's wire format.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">With the object, the list or <c>errors</c>.</param>
internal sealed record SquareReply(int Status, JsonObject Body) : PspReply(Status)
{
    public override string Json => Body.ToJsonString();

    public static SquareReply Payment(Intent intent) =>
        new(200, new JsonObject { ["payment"] = SquareObjects.Payment(intent) }) { Changed = intent };

    public static SquareReply Refund(Intent intent, Refund refund) =>
        new(200, new JsonObject { ["refund"] = SquareObjects.Refund(intent, refund) }) { Changed = intent };
}

/// <summary>Square's error answers.</summary>
internal static class SquareErrors
{
    public const string Invalid = "INVALID_REQUEST_ERROR";

    private const string Api = "API_ERROR";

    /// <summary>A field that cannot be: refused before the endpoint begins.</summary>
    public static SquareReply Field(string field, string code, string detail) =>
        Of(400, Invalid, code, detail, field) with { IsSaved = false };

    public static SquareReply Missing(string field) =>
        Field(field, "MISSING_REQUIRED_PARAMETER", "Field must be set.");

    public static SquareReply NotFound(string field, string detail) =>
        Of(404, Invalid, "NOT_FOUND", detail, field) with { IsSaved = false };

    public static SquareReply UnknownUrl(string method, string path) =>
        Of(404, Invalid, "NOT_FOUND", $"There is no {method} {path}.") with { IsSaved = false };

    public static SquareReply WrongToken() =>
        Of(401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", "This request could not be authorized.");

    public static SquareReply RateLimited() =>
        Of(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests.");

    public static SquareReply KeyInUse() =>
        Of(409, Api, "CONFLICT", "A request with this idempotency key is in progress.");

    public static SquareReply KeyReused() =>
        Of(400, Invalid, "IDEMPOTENCY_KEY_REUSED", "The idempotency key was used with other parameters.", "idempotency_key");

    public static SquareReply Server(int status = 500) =>
        Of(
            status,
            Api,
            status switch { 502 => "BAD_GATEWAY", 503 => "SERVICE_UNAVAILABLE", 504 => "GATEWAY_TIMEOUT", _ => "INTERNAL_SERVER_ERROR" },
            "Something went wrong on our side.");

    /// <summary>A state or a rule of the endpoint itself says no.</summary>
    public static SquareReply Refused(string category, string code, string detail, string? field = null) =>
        Of(400, category, code, detail, field);

    /// <summary>The payment that failed is in the answer.</summary>
    public static SquareReply Declined(Intent intent)
    {
        var code = SquareSources.CodeOf(intent.ErrorCode!);
        var reply = Of(400, "PAYMENT_METHOD_ERROR", code, "The payment was declined.");
        reply.Body["payment"] = SquareObjects.Payment(intent);
        return reply with { Changed = intent };
    }

    public static JsonObject Error(string category, string code, string detail, string? field = null)
    {
        var error = new JsonObject { ["category"] = category, ["code"] = code, ["detail"] = detail };
        if (field is not null)
            error["field"] = field;
        return error;
    }

    private static SquareReply Of(int status, string category, string code, string detail, string? field = null) =>
        new(status, new JsonObject { ["errors"] = new JsonArray(Error(category, code, detail, field)) });
}
