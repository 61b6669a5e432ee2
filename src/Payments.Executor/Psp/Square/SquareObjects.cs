using System.Globalization;
using System.Text.Json;

namespace Payments.Executor.Psp.Square;

/// <summary>What we read of a Payment. Amounts in ISO 4217 minor units, as on the wire.</summary>
/// <param name="Id">Square's id.</param>
/// <param name="Status">APPROVED, PENDING, COMPLETED, CANCELED or FAILED.</param>
/// <param name="Amount">What is or would be captured: the total, tips and all.</param>
/// <param name="Approved">What the issuer approved, where told; stays when the amount is lowered.</param>
/// <param name="Currency">Upper-case ISO 4217.</param>
/// <param name="Reference">Our reference of the operation that made it.</param>
/// <param name="CreatedAt">Square's clock.</param>
/// <param name="UpdatedAt">Square's clock.</param>
/// <param name="DelayedUntil">When Square cancels what was not completed.</param>
/// <param name="CardError">The code of the first error of the card, where the payment failed.</param>
/// <param name="CanBeLowered">Whether the amount can be lowered before it is captured.</param>
internal sealed record SquarePayment(
    string Id,
    string Status,
    long Amount,
    long? Approved,
    string Currency,
    string? Reference,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? UpdatedAt,
    DateTimeOffset? DelayedUntil,
    string? CardError,
    bool CanBeLowered)
{
    public static SquarePayment? Read(JsonElement json)
    {
        var amount = json.Object("amount_money");
        if (json.Word("id") is not { } id
            || json.Word("status") is not { } status
            || amount.Number("amount") is not { } ours
            || amount.Word("currency") is not { } currency)
        {
            return null;
        }

        return new SquarePayment(
            id,
            status,
            json.Object("total_money").Number("amount") ?? ours,
            json.Object("approved_money").Number("amount"),
            currency,
            json.Text("reference_id"),
            json.Instant("created_at"),
            json.Instant("updated_at"),
            json.Instant("delayed_until"),
            SquareError.ReadAll(json.Object("card_details")).Select(e => e.Code).FirstOrDefault(),
            json.Items("capabilities").Any(c => c.ValueKind == JsonValueKind.String && c.GetString() == "EDIT_AMOUNT_DOWN"));
    }
}

/// <summary>What we read of a PaymentRefund. The amount in ISO 4217 minor units.</summary>
internal sealed record SquareRefund(
    string Id, string Status, long Amount, string Currency, string? Payment, string? Reference)
{
    public static SquareRefund? Read(JsonElement json)
    {
        var money = json.Object("amount_money");
        return json.Word("id") is { } id
            && json.Word("status") is { } status
            && money.Number("amount") is { } amount
            && money.Word("currency") is { } currency
                ? new SquareRefund(id, status, amount, currency, json.Text("payment_id"), json.Text("reason"))
                : null;
    }
}

/// <summary>What we read of an error.</summary>
internal sealed record SquareError(string? Category, string? Code)
{
    /// <summary>All in <c>errors</c>, in Square's order.</summary>
    public static IReadOnlyList<SquareError> ReadAll(JsonElement json) =>
        [.. json.Items("errors").Select(e => new SquareError(e.Word("category"), e.Word("code")))];
}

internal static class SquareTimes
{
    /// <summary>An RFC 3339 time; null where absent or odd.</summary>
    public static DateTimeOffset? Instant(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(
            json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
