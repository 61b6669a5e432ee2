using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Square;

/// <summary>The GETs. Called under the book's lock.</summary>
internal sealed class SquareReads(Book book, IOptions<SandboxOptions> options)
{
    // A refund is PENDING for so long.
    private const long RefundSeconds = 1;

    private const int MostPerPage = 100;

    private static readonly string[] ListFields =
        ["begin_time", "cursor", "end_time", "limit", "location_id", "sort_order"];

    public SquareReply Do(SquareCall call) => call.Segments switch
    {
        ["payments"] => List(call, Payments(call), "payments", i => i.Id, i => i.Created, SquareObjects.Payment),
        ["payments", var id] => book.Find(call.Account, id) is { } intent
            ? SquareReply.Payment(Finished(intent))
            : SquareErrors.NotFound("payment_id", "Could not find the payment."),
        ["refunds"] => List(
            call, Refunds(call), "refunds", r => r.Refund.Id, r => r.Refund.Created, r => SquareObjects.Refund(r.Intent, r.Refund)),
        ["refunds", var id] => Refunds(call).Where(r => r.Refund.Id == id)
            .Select(r => SquareReply.Refund(r.Intent, r.Refund))
            .FirstOrDefault() ?? SquareErrors.NotFound("refund_id", "Could not find the refund."),
        _ => SquareErrors.UnknownUrl(call.Method, call.Path),
    };

    private IEnumerable<Intent> Payments(SquareCall call) =>
        book.NewestFirst(call.Account).Where(i => IsAt(call, i)).Select(Finished);

    private IEnumerable<(Intent Intent, Refund Refund)> Refunds(SquareCall call) =>
        Payments(call)
            .SelectMany(i => i.Refunds.AsEnumerable().Reverse().Select(r => (Intent: i, Refund: r)))
            .OrderByDescending(r => r.Refund.Created);

    // Whoever asks later sees the same, so nothing has to be kept of it.
    private Intent Finished(Intent intent)
    {
        foreach (var refund in intent.Refunds)
        {
            if (refund.Status != "pending" || refund.Created + RefundSeconds > book.UnixNow())
                continue;
            var fails = SquareSources.Find(intent.PaymentMethod!, intent.Account) is { OnRefund: TokenFault.Refuse };
            refund.Status = fails ? "failed" : "succeeded";
        }

        return intent;
    }

    private static bool IsAt(SquareCall call, Intent intent) =>
        call.Query["location_id"] is not [{ } location, ..] || intent.Metadata["location_id"] == location;

    private SquareReply List<T>(
        SquareCall call,
        IEnumerable<T> newestFirst,
        string name,
        Func<T, string> idOf,
        Func<T, long> createdOf,
        Func<T, JsonObject> show)
    {
        if (call.Query.Keys.FirstOrDefault(k => !ListFields.Contains(k)) is { } unknown)
            return SquareErrors.Field(unknown, "UNKNOWN_QUERY_PARAMETER", "The parameter is not known here.");
        if (!TryTime(call, "begin_time", out var begin) || !TryTime(call, "end_time", out var end))
            return SquareErrors.Field("begin_time", "INVALID_TIME", "A time must be as in RFC 3339.");
        var order = call.Query["sort_order"].ToString();
        if (order is not ("" or "ASC" or "DESC"))
            return SquareErrors.Field("sort_order", "INVALID_SORT_ORDER", "The order must be ASC or DESC.");

        var seenUntil = book.UnixNow() - options.Value.SearchLagSeconds;
        var matching = newestFirst.Where(i => createdOf(i) <= seenUntil
            && (begin is null || createdOf(i) >= begin)
            && (end is null || createdOf(i) <= end));
        if (order == "ASC")
            matching = matching.Reverse();
        if (call.Query["cursor"] is [{ } after, ..])
            matching = matching.SkipWhile(i => idOf(i) != after).Skip(1);
        var limit = int.TryParse(call.Query["limit"], CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, MostPerPage)
            : MostPerPage;
        T[] page = [.. matching.Take(limit + 1)];
        var body = new JsonObject { [name] = new JsonArray([.. page.Take(limit).Select(show)]) };
        if (page.Length > limit)
            body["cursor"] = idOf(page[limit - 1]);
        return new SquareReply(200, body);
    }

    private static bool TryTime(SquareCall call, string name, out long? seconds)
    {
        seconds = null;
        if (call.Query[name] is not [{ } text, ..])
            return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        seconds = time.ToUnixTimeSeconds();
        return true;
    }
}
