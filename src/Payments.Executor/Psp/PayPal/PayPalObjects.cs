using System.Globalization;
using System.Text.Json;

namespace Payments.Executor.Psp.PayPal;

/// <summary>What we read of an authorization, a capture or a refund: they have the same shape.</summary>
/// <param name="Id">The PSP's id.</param>
/// <param name="Status">Its status word.</param>
/// <param name="AmountMinor">In ISO minor units; null where it is not an amount of the currency.</param>
/// <param name="Currency">Upper-case ISO 4217.</param>
/// <param name="InvoiceId">The reference of the operation that made it.</param>
/// <param name="CustomId">The reference too; a capture has that of its authorization.</param>
/// <param name="Code">The processor's response code, or else the reason beside the status.</param>
/// <param name="ExpiresAt">Authorizations only.</param>
/// <param name="OrderId">The order it belongs to, where it says so.</param>
internal sealed record PayPalPayment(
    string Id,
    string Status,
    long? AmountMinor,
    string Currency,
    string? InvoiceId,
    string? CustomId,
    string? Code,
    DateTimeOffset? ExpiresAt,
    string? OrderId)
{
    /// <summary>Money is held, taken or given back by it, or may yet be.</summary>
    public bool IsAlive => Status is not ("DECLINED" or "FAILED" or "DENIED" or "VOIDED" or "CANCELLED");

    /// <summary>Null where it is none, or a minimal rendering of one.</summary>
    public static PayPalPayment? Read(JsonElement json)
    {
        if (json.Word("id") is not { } id
            || json.Word("status") is not { } status
            || json.Object("amount").Word("currency_code") is not { } currency)
        {
            return null;
        }

        return new PayPalPayment(
            id,
            status,
            PayPalAmounts.FromWire(json.Object("amount").Text("value"), currency),
            currency,
            json.Text("invoice_id"),
            json.Text("custom_id"),
            json.Object("processor_response").Word("response_code") ?? json.Object("status_details").Word("reason"),
            TimeOf(json.Text("expiration_time")),
            OrderOf(json));
    }

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    // Older answers name the order by a link only.
    private static string? OrderOf(JsonElement json)
    {
        if (json.Object("supplementary_data").Object("related_ids").Word("order_id") is { } related)
            return related;
        var up = json.Items("links").Where(l => l.Text("rel") == "up").Select(l => l.Text("href") ?? "")
            .FirstOrDefault(h => h.Contains("/checkout/orders/", StringComparison.Ordinal));
        var id = up?.Split('/')[^1];
        return string.IsNullOrEmpty(id) || !id.All(char.IsAsciiLetterOrDigit) ? null : id;
    }
}

/// <summary>What we read of an order of one purchase unit.</summary>
internal sealed record PayPalOrder(
    string Id,
    string Status,
    string? CustomId,
    IReadOnlyList<PayPalPayment> Authorizations,
    IReadOnlyList<PayPalPayment> Captures,
    IReadOnlyList<PayPalPayment> Refunds)
{
    public static PayPalOrder? Read(JsonElement json)
    {
        if (json.Word("id") is not { } id || json.Word("status") is not { } status)
            return null;
        var unit = json.Items("purchase_units").FirstOrDefault();
        var payments = unit.Object("payments");
        var (authorizations, captures, refunds) = (
            ReadAll(payments, "authorizations"), ReadAll(payments, "captures"), ReadAll(payments, "refunds"));
        return authorizations is null || captures is null || refunds is null
            ? null
            : new PayPalOrder(id, status, unit.Text("custom_id"), authorizations, captures, refunds);
    }

    // One that cannot be read could be the one that is looked for.
    private static PayPalPayment[]? ReadAll(JsonElement payments, string name)
    {
        PayPalPayment?[] all = [.. payments.Items(name).Select(PayPalPayment.Read)];
        return all.Contains(null) ? null : [.. all.OfType<PayPalPayment>()];
    }
}

/// <summary>What we read of an error.</summary>
internal sealed record PayPalError(string? Name, string? Issue)
{
    /// <summary>What tells errors apart: the first issue, or the name where there is none.</summary>
    public string? Code => Issue ?? Name;

    public static PayPalError Read(JsonElement json) =>
        new(json.Word("name"), json.Items("details").FirstOrDefault().Word("issue"));
}
