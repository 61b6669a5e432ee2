using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.PayPal;

/// <summary>The GETs. Called under the book's lock.</summary>
internal sealed class PayPalReads(Book book, IOptions<SandboxOptions> options)
{
    private const int LongestRangeDays = 31;

    public PayPalReply Do(PayPalCall call) => call.Segments switch
    {
        ["v2", "checkout", "orders", var id] => Found(book.Find(call.Account, id) is { } i ? PayPalObjects.Order(i) : null),
        ["v2", "payments", "authorizations", var id] =>
            Found(OfAuthorization(call.Account, id) is { } i ? PayPalObjects.Authorization(i) : null),
        ["v2", "payments", "captures", var id] =>
            Found(OfCapture(call.Account, id) is var (i, capture) ? PayPalObjects.Capture(i, capture) : null),
        ["v2", "payments", "refunds", var id] => Found(Refund(call.Account, id)),
        ["v1", "reporting", "transactions"] => Search(call),
        _ => PayPalErrors.NotFound(),
    };

    /// <summary>
    /// What a repeated request is answered with: not what was answered the first time, but what has become of it.
    /// </summary>
    public JsonObject? Current(PayPalCall call, JsonObject saved)
    {
        var id = (string)saved["id"]!;
        var path = call.Segments switch
        {
            [.., "orders"] => call.Segments,
            ["v2", "checkout", "orders", ..] => ["v2", "checkout", "orders"],
            [.., "capture"] => ["v2", "payments", "captures"],
            [.., "refund"] => ["v2", "payments", "refunds"],
            _ => (string[])["v2", "payments", "authorizations"],
        };
        var whole = Do(call with { Segments = [.. path, id] }).Body;
        return whole is null || call.WantsAll ? whole : PayPalObjects.Minimal(whole);
    }

    public Intent? OfAuthorization(string account, string id) =>
        book.NewestFirst(account).FirstOrDefault(i => i.IsManual && i.ChargeId == id);

    public (Intent Intent, Modification Capture)? OfCapture(string account, string id)
    {
        foreach (var intent in book.NewestFirst(account))
        {
            if (PayPalObjects.CapturesOf(intent).FirstOrDefault(c => c.Id == id) is { } capture)
                return (intent, capture);
        }

        return null;
    }

    private JsonObject? Refund(string account, string id) => book.NewestFirst(account)
        .SelectMany(i => i.Refunds.Where(r => r.Id == id).Select(r => PayPalObjects.Refund(i, r)))
        .FirstOrDefault();

    private PayPalReply Search(PayPalCall call)
    {
        if (!TryTime(call, "start_date", out var start) || !TryTime(call, "end_date", out var end)
            || end < start || end - start > LongestRangeDays * 24L * 3600)
        {
            return PayPalErrors.Syntax("end_date", "INVALID_PARAMETER_VALUE");
        }

        if (!TryNumber(call, "page_size", 100, 500, out var size) || !TryNumber(call, "page", 1, 100_000, out var page))
            return PayPalErrors.Syntax("page", "INVALID_PARAMETER_VALUE");
        var refreshed = book.UnixNow() - (long)options.Value.SearchLagSeconds;
        var isWhole = call.Query["balance_affecting_records_only"] == "N";
        JsonObject[] all =
        [
            .. book.NewestFirst(call.Account).Reverse()
                .Where(i => i.Created >= start && i.Created <= end && i.Created <= refreshed)
                .SelectMany(i => TransactionsOf(i, isWhole)),
        ];
        return new PayPalReply(200, new JsonObject
        {
            ["transaction_details"] = new JsonArray(
                [.. all.Skip((page - 1) * size).Take(size).Select(t => new JsonObject { ["transaction_info"] = t })]),
            ["start_date"] = PayPalObjects.Time(start),
            ["end_date"] = PayPalObjects.Time(end),
            ["last_refreshed_datetime"] = PayPalObjects.Time(refreshed),
            ["page"] = page,
            ["total_items"] = all.Length,
            ["total_pages"] = (all.Length + size - 1) / size,
        });
    }

    private static IEnumerable<JsonObject> TransactionsOf(Intent intent, bool isWhole)
    {
        if (isWhole && intent is { IsManual: true, ChargeId: { } authorization })
        {
            yield return Transaction(
                intent, authorization, "T1300", intent.Amount, intent.Metadata.GetValueOrDefault(PayPalObjects.InvoiceId));
        }

        foreach (var capture in PayPalObjects.CapturesOf(intent))
            yield return Transaction(intent, capture.Id, "T0006", capture.Amount, capture.Reference);
        foreach (var refund in intent.Refunds)
        {
            yield return Transaction(
                intent, refund.Id, "T1107", refund.Amount, refund.Metadata.GetValueOrDefault(PayPalObjects.InvoiceId));
        }
    }

    private static JsonObject Transaction(Intent intent, string id, string code, long amount, string? invoice) => new()
    {
        ["transaction_id"] = id,
        ["paypal_reference_id"] = intent.Id,
        ["paypal_reference_id_type"] = "ODR",
        ["transaction_event_code"] = code,
        ["transaction_initiation_date"] = PayPalObjects.Time(intent.Created),
        ["transaction_amount"] = PayPalMoney.Write(amount, intent.Currency),
        ["transaction_status"] = intent.Status switch
        {
            "processing" => "P",
            "requires_payment_method" => "D",
            _ => "S",
        },
        ["invoice_id"] = invoice,
        ["custom_field"] = intent.Metadata.GetValueOrDefault(PayPalObjects.CustomId),
    };

    private static PayPalReply Found(JsonObject? body) =>
        body is null ? PayPalErrors.NotFound() : new PayPalReply(200, body);

    private static bool TryTime(PayPalCall call, string name, out long unixSeconds)
    {
        var isTime = DateTimeOffset.TryParse(
            call.Query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        unixSeconds = time.ToUnixTimeSeconds();
        return isTime;
    }

    private static bool TryNumber(PayPalCall call, string name, int otherwise, int most, out int number)
    {
        number = otherwise;
        return call.Query[name].Count == 0
            || (int.TryParse(call.Query[name], CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most);
    }
}
