using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.PayPal;

/// <summary>An answer in PayPal's wire format.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The object or the error; null for none.</param>
internal sealed record PayPalReply(int Status, JsonObject? Body) : PspReply(Status)
{
    public override string? Json => Body?.ToJsonString();

    /// <summary>What a webhook is to tell of it; null where nothing.</summary>
    public PayPalEvent? Happened { get; init; }
}

/// <summary>PayPal's error answers.</summary>
internal static class PayPalErrors
{
    /// <summary>Well formed, but it cannot be done.</summary>
    public static PayPalReply Unprocessable(string issue) =>
        Of(422, "UNPROCESSABLE_ENTITY", "The requested action could not be performed.", issue);

    /// <summary>As <see cref="Unprocessable"/>, of a value: refused before the endpoint begins.</summary>
    public static PayPalReply Invalid(string issue) => Unprocessable(issue) with { IsSaved = false };

    public static PayPalReply Syntax(string field, string issue)
    {
        var reply = Of(400, "INVALID_REQUEST", "Request is not well-formed or violates schema.", issue);
        ((JsonObject)reply.Body!["details"]![0]!)["field"] = "/" + field;
        return reply with { IsSaved = false };
    }

    public static PayPalReply NotFound() =>
        Of(404, "RESOURCE_NOT_FOUND", "The specified resource does not exist.", "INVALID_RESOURCE_ID")
            with
        { IsSaved = false };

    public static PayPalReply WrongToken() =>
        Of(401, "AUTHENTICATION_FAILURE", "Authentication failed due to invalid credentials.", null)
            with
        { IsSaved = false };

    public static PayPalReply RateLimited() =>
        Of(429, "RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting.", null) with { IsSaved = false };

    public static PayPalReply InProgress() =>
        Of(409, "RESOURCE_CONFLICT", "The server has detected a conflict.", "PREVIOUS_REQUEST_IN_PROGRESS");

    public static PayPalReply Server(int status = 500) =>
        Of(status, status == 503 ? "SERVICE_UNAVAILABLE" : "INTERNAL_SERVER_ERROR", "An internal error occurred.", null);

    /// <summary>What <c>mock_application_codes</c> asks for.</summary>
    public static PayPalReply Mocked(string code) => code switch
    {
        "INTERNAL_SERVER_ERROR" or "INTERNAL_SERVICE_ERROR" => Server(),
        "PERMISSION_DENIED" => Of(403, "NOT_AUTHORIZED", "Authorization failed.", code) with { IsSaved = false },
        "MISSING_REQUIRED_PARAMETER" => Syntax("intent", code),
        _ => Unprocessable(code),
    };

    private static PayPalReply Of(int status, string name, string message, string? issue)
    {
        var details = new JsonArray();
        if (issue is not null)
            details.Add(new JsonObject { ["issue"] = issue, ["description"] = "See the issue." });
        return new PayPalReply(status, new JsonObject
        {
            ["name"] = name,
            ["message"] = message,
            ["details"] = details,
            ["links"] = new JsonArray(),
        });
    }
}
