using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Adyen;

/// <summary>An answer in Adyen's wire format.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The object or the error.</param>
internal sealed record AdyenReply(int Status, JsonObject Body) : PspReply(Status)
{
    public override string Json => Body.ToJsonString();

    /// <summary>Header <c>transient-error</c>: whether the same request may be sent again; null for no header.</summary>
    public bool? IsTransient { get; init; }

    /// <summary>What was taken in and is yet to be done.</summary>
    public Modification? TakenIn { get; init; }

    /// <summary>What webhooks are to tell.</summary>
    public IReadOnlyList<Notification> Notifications { get; init; } = [];
}

/// <summary>Adyen's error answers.</summary>
internal static class AdyenErrors
{
    public static AdyenReply WrongKey() => Of(401, "000", "HTTP Status Response - Unauthorized", "security");

    public static AdyenReply WrongAccount() => Of(403, "901", "Invalid Merchant Account", "security");

    public static AdyenReply NotJson() => Of(400, "702", "Unexpected input", "validation");

    public static AdyenReply UnknownUrl() => Of(404, "000", "There is nothing at this address.", "validation");

    public static AdyenReply Invalid(string code, string message) => Of(422, code, message, "validation");

    public static AdyenReply KeyInUse() =>
        Of(409, "704", "Request already processed or in progress", "validation") with { IsTransient = true };

    /// <summary>Adyen does not say what it does; the sandbox refuses, so that the mistake shows.</summary>
    public static AdyenReply KeyMismatch() =>
        Of(422, "sandbox_key_mismatch", "This idempotency key was used with another request.", "validation");

    public static AdyenReply RateLimited() => Of(429, "000", "Too many requests", "security") with { IsTransient = true };

    /// <summary>For a fault of the account, before anything was done.</summary>
    public static AdyenReply Unavailable(int status) =>
        status == 503
            ? Of(503, "703", "Required resource temporarily unavailable", "internal") with { IsTransient = true }
            : Server(status);

    public static AdyenReply Server(int status = 500) =>
        Of(status, "000", "Something went wrong", "internal") with { IsTransient = false, IsSaved = true };

    private static AdyenReply Of(int status, string code, string message, string type) =>
        new(status, new JsonObject
        {
            ["status"] = status,
            ["errorCode"] = code,
            ["message"] = message,
            ["errorType"] = type,
        })
        {
            IsSaved = false,
        };
}
