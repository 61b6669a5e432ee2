using Microsoft.Extensions.Options;

namespace Payments.Sandbox.Booking;

/// <summary>
/// The sandbox's own book of charges, for independent checkers, and what only a PSP's back office can do.
/// </summary>
internal static class BookEndpoints
{
    private const int MostPerPage = 1000;

    public static void MapBook(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sandbox/charges", (Book book, IOptions<SandboxOptions> options, long after = 0, int limit = 100) =>
        {
            if (limit is < 1 or > MostPerPage || after < 0)
                return Results.Problem($"limit must be from 1 to {MostPerPage}, after not negative.", statusCode: 400);
            return Results.Ok(book.Read(() =>
            {
                var start = (int)Math.Min(after, book.Intents.Count);
                ChargeEntry[] data = [.. book.Intents.Skip(start).Take(limit).Select(i => ChargeEntry.Of(i, options.Value.PspOf(i.Account)))];
                var next = start + data.Length < book.Intents.Count ? data[^1].Sequence : (long?)null;
                return new ChargePage(data, next);
            }));
        });

        routes.MapPost("/sandbox/accounts/{account}/payment_intents/{id}/settle", (
            string account, string id, Settlement settlement, Book book, PspServers servers, IOptions<SandboxOptions> options) =>
        {
            if (settlement.Outcome is not ("succeeded" or "failed"))
                return Results.Problem("outcome must be succeeded or failed.", statusCode: 400);
            var settled = book.Execute(
                () => servers.Settle(account, id, settlement.Outcome == "succeeded"), line => line ?? new JournalLine());
            return settled is null
                ? Results.Problem($"{account} has no intent {id} in processing.", statusCode: 409)
                : Results.Ok(book.Read(() => ChargeEntry.Of(settled.Intent!, options.Value.PspOf(account))));
        });
    }

    private sealed record Settlement(string Outcome);

    private sealed record ChargePage(ChargeEntry[] Data, long? Next);
}

/// <summary>
/// One intent as a checker wants it. Amounts in the minor units of its PSP, which for most currencies are ISO's.
/// </summary>
internal sealed record ChargeEntry(
    long Sequence,
    string Account,
    string Psp,
    string PaymentIntent,
    string? Charge,
    string Status,
    string? PaymentId,
    string? OrderId,
    string? OperationId,
    string Currency,
    long Amount,
    long Authorized,
    long Captured,
    long Refunded,
    bool Canceled,
    long Created,
    string? IdempotencyKey,
    string? CaptureKey,
    string? CancelKey,
    RefundEntry[] Refunds)
{
    public static ChargeEntry Of(Intent intent, string psp) => new(
        intent.Sequence,
        intent.Account,
        psp,
        intent.Id,
        intent.ChargeId,
        intent.Status,
        intent.Metadata.GetValueOrDefault("payment_id"),
        intent.Metadata.GetValueOrDefault("order_id"),
        intent.Metadata.GetValueOrDefault("operation_id"),
        intent.Currency.ToUpperInvariant(),
        intent.Amount,
        intent.Authorized,
        intent.Captured,
        intent.Refunded,
        intent.Status == "canceled",
        intent.Created,
        intent.CreateKey,
        intent.CaptureKey,
        intent.CancelKey,
        [.. intent.Refunds.Select(RefundEntry.Of)]);
}

/// <summary>One refund of a <see cref="ChargeEntry"/>.</summary>
internal sealed record RefundEntry(
    string Refund, string Status, string? OperationId, long Amount, long Created, string? IdempotencyKey)
{
    public static RefundEntry Of(Refund refund) => new(
        refund.Id,
        refund.Status,
        refund.Metadata.GetValueOrDefault("operation_id"),
        refund.Amount,
        refund.Created,
        refund.Key);
}
