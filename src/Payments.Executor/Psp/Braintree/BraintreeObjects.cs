using System.Globalization;
using System.Text.Json;

namespace Payments.Executor.Psp.Braintree;

/// <summary>What we read of a Transaction. Amounts in ISO minor units; null where they cannot be read as such.</summary>
internal sealed record BraintreeTransaction(
    string Id, string Status, string? LegacyId, string? OrderId, long? AmountMinor, string? CurrencyCode)
{
    /// <summary>Braintree tries a refused transaction again by itself, as another transaction.</summary>
    public bool IsRetried { get; private init; }

    public bool IsPartlyAuthorized { get; private init; }

    /// <summary>What was authorized first; a capture of a part lowers <see cref="AmountMinor"/>.</summary>
    public long? AuthorizedMinor { get; private init; }

    public DateTimeOffset? AuthorizedUntil { get; private init; }

    /// <summary>Of a decline or a failure.</summary>
    public string? ProcessorCode { get; private init; }

    public DeclineKind? Decline { get; private init; }

    public string? Rejection { get; private init; }

    public string? DuplicateOf { get; private init; }

    public string? OrderIdOfDuplicateOf { get; private init; }

    public IReadOnlyList<BraintreeRefund> Refunds { get; private init; } = [];

    public static BraintreeTransaction? Read(JsonElement json)
    {
        if (json.Id("id") is not { } id || json.Word("status") is not { } status)
            return null;
        var history = json.Items("statusHistory").ToLookup(e => e.Word("__typename"));
        var authorized = history["AuthorizedEvent"].FirstOrDefault();
        var declined = history["ProcessorDeclinedEvent"].Concat(history["FailedEvent"]).FirstOrDefault();
        var rejected = history["GatewayRejectedEvent"].FirstOrDefault();
        var (minor, currency) = json.Money("amount");
        return new BraintreeTransaction(id, status, json.Id("legacyId"), json.Text("orderId"), minor, currency)
        {
            IsRetried = json.IsTrue("retried"),
            IsPartlyAuthorized = json.IsTrue("partiallyAuthorized"),
            AuthorizedMinor = authorized.Money("amount").Minor,
            AuthorizedUntil = authorized.Timestamp("authorizationExpiresAt"),
            ProcessorCode = declined.Object("processorResponse").Word("legacyCode"),
            Decline = declined.Word("declineType") switch
            {
                "HARD" => DeclineKind.Hard,
                "SOFT" => DeclineKind.Soft,
                _ => null,
            },
            Rejection = rejected.Word("gatewayRejectionReason"),
            DuplicateOf = rejected.Object("duplicateOf").Id("id"),
            OrderIdOfDuplicateOf = rejected.Object("duplicateOf").Text("orderId"),
            Refunds = [.. json.Items("refunds").Select(BraintreeRefund.Read).OfType<BraintreeRefund>()],
        };
    }
}

/// <summary>What we read of a Refund. The amount in ISO minor units; null where it cannot be read as such.</summary>
internal sealed record BraintreeRefund(
    string Id, string Status, string? LegacyId, string? OrderId, long? AmountMinor, string? CurrencyCode, string? Of)
{
    public static BraintreeRefund? Read(JsonElement json)
    {
        if (json.Id("id") is not { } id || json.Word("status") is not { } status)
            return null;
        var (minor, currency) = json.Money("amount");
        return new BraintreeRefund(
            id,
            status,
            json.Id("legacyId"),
            json.Text("orderId"),
            minor,
            currency,
            json.Object("refundedTransaction").Id("id"));
    }
}

/// <summary>What we read of one of the errors of an answer.</summary>
internal sealed record BraintreeError(string? Class, string? LegacyCode)
{
    public static IReadOnlyList<BraintreeError> ReadAll(JsonElement body) =>
    [
        .. body.Items("errors").Select(e => e.Object("extensions"))
            .Select(e => new BraintreeError(e.Word("errorClass"), e.Word("legacyCode"))),
    ];
}

/// <summary>Braintree's own kinds of values, read as leniently as all others.</summary>
internal static class BraintreeJson
{
    private const int LongestId = 255;

    /// <summary>An id: base64, so that more characters may be in it than in a word.</summary>
    public static string? Id(this JsonElement json, string name) =>
        json.Text(name) is { Length: > 0 and <= LongestId } text && text.All(IsIdCharacter) ? text : null;

    public static (long? Minor, string? CurrencyCode) Money(this JsonElement json, string name)
    {
        var amount = json.Object(name);
        var currency = amount.Word("currencyCode");
        return (BraintreeAmounts.FromWire(amount.Text("value"), currency), currency);
    }

    public static DateTimeOffset? Timestamp(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(
            json.Text(name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time)
            ? time
            : null;

    private static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '=' or '+' or '/';
}
