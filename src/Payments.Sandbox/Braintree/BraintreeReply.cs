using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Braintree;

/// <summary>An answer in Braintree's wire format: HTTP 200 also for errors.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Data">By root field; null where an error stopped the request.</param>
/// <param name="Error">Null where there is none.</param>
internal sealed record BraintreeReply(int Status, JsonObject? Data, JsonObject? Error = null)
{
    /// <summary>What the request changed; null where nothing.</summary>
    public Intent? Changed { get; init; }

    public JsonObject ToBody(string requestId)
    {
        var body = new JsonObject { ["data"] = Data };
        if (Error is not null)
            body["errors"] = new JsonArray(Error);
        body["extensions"] = new JsonObject { ["requestId"] = requestId };
        return body;
    }
}

/// <summary>Braintree's errors.</summary>
internal static class BraintreeErrors
{
    public static BraintreeReply Validation(string message, string? legacyCode = null) =>
        Of("VALIDATION", message, legacyCode);

    public static BraintreeReply NotFound() => Of("NOT_FOUND", "An object with this ID was not found.");

    public static BraintreeReply WrongKeys() => Of("AUTHENTICATION", "Authentication credentials are invalid.");

    public static BraintreeReply TooMany() => Of("RESOURCE_LIMIT", "Too many requests.");

    public static BraintreeReply Server(int status) =>
        Of("INTERNAL", "Something went wrong on our side.") with { Status = status };

    private static BraintreeReply Of(string errorClass, string message, string? legacyCode = null)
    {
        var extensions = new JsonObject { ["errorClass"] = errorClass };
        if (legacyCode is not null)
            extensions["legacyCode"] = legacyCode;
        return new BraintreeReply(200, null, new JsonObject { ["message"] = message, ["extensions"] = extensions });
    }
}
