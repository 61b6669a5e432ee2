using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Querying;

/// <summary>A page of payments, last accepted first; the place of the last one leads to the next page.</summary>
internal sealed class PaymentListQuery(IDbContextFactory<OpsContext> contexts)
{
    public async Task<PaymentPage> List(PaymentFilter filter, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        // Payments that wait and payments that have ended are indexed apart, so that each half ends with its page.
        var waiting = Page(ops.Payments.Where(p => p.WaitsUntil != null), filter);
        var ended = Page(ops.Payments.Where(p => p.WaitsUntil == null), filter);
        var found = await First(ended.Concat(waiting), filter).ToListAsync(cancellationToken);
        var page = found.Take(filter.Limit).ToList();
        return new PaymentPage
        {
            Payments = [.. page.Select(Summary)],
            Next = found.Count > page.Count ? new PageEnd(page[^1].AcceptedAt, page[^1].PaymentId).ToCursor() : null,
        };
    }

    private static IQueryable<PaymentView> Page(IQueryable<PaymentView> payments, PaymentFilter filter) =>
        First(Narrow(payments, filter), filter);

    /// <summary>A page, and one more to know whether there are more.</summary>
    private static IQueryable<PaymentView> First(IQueryable<PaymentView> payments, PaymentFilter filter) => payments
        .OrderByDescending(p => p.AcceptedAt).ThenByDescending(p => p.PaymentId)
        .Take(filter.Limit + 1);

    private static IQueryable<PaymentView> Narrow(IQueryable<PaymentView> payments, PaymentFilter filter)
    {
        if (filter.State is { } state)
            payments = payments.Where(p => p.State == state);
        if (filter.Merchant is { } merchant)
            payments = payments.Where(p => p.MerchantId == merchant);
        if (filter.From is { } from)
            payments = payments.Where(p => p.AcceptedAt >= from);
        if (filter.To is { } to)
            payments = payments.Where(p => p.AcceptedAt < to);
        // The first comparison is where an index begins; the second leaves out those of the same moment that were shown.
        if (filter.Before is { At: var acceptedAt, Id: var paymentId })
            payments = payments.Where(p => p.AcceptedAt <= acceptedAt && (p.AcceptedAt < acceptedAt || p.PaymentId < paymentId));
        return payments;
    }

    private static PaymentSummary Summary(PaymentView payment) => new()
    {
        PaymentId = payment.PaymentId,
        MerchantId = payment.MerchantId,
        MerchantReference = payment.MerchantReference,
        State = payment.State,
        Amount = Amounts.Read(payment.AmountMinor, payment.Currency),
        Reason = payment.Reason,
        WaitsFor = payment.WaitsFor,
        WaitsUntil = payment.WaitsUntil,
        AcceptedAt = payment.AcceptedAt,
        UpdatedAt = payment.UpdatedAt,
    };
}
