using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Querying;

/// <summary>A page of payments, newest id first; the key of the last one leads to the next page.</summary>
internal sealed class PaymentListQuery(IDbContextFactory<OpsContext> contexts)
{
    public async Task<PaymentPage> List(PaymentFilter filter, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await Narrow(ops.Payments, filter)
            .OrderByDescending(p => p.PaymentId)
            .Take(filter.Limit + 1)
            .ToListAsync(cancellationToken);
        var page = found.Take(filter.Limit).ToList();
        return new PaymentPage
        {
            Payments = [.. page.Select(Summary)],
            Next = found.Count > page.Count ? PaymentFilter.Cursor(page[^1].PaymentId) : null,
        };
    }

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
        if (filter.Before is { } before)
            payments = payments.Where(p => p.PaymentId < before);
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
