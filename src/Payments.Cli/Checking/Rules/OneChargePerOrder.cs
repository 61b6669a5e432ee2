using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>
/// Per settled payment, by the PSP's own book: a recorded order has exactly one live charge, of its amount, at its
/// connection; every other order has none. A charge that no order accounts for is a violation.
/// </summary>
internal sealed class OneChargePerOrder() : Checker("One charge per order, by the PSP's own book")
{
    public override void Examine(PaymentEvidence payment)
    {
        if (!Take(payment))
            return;

        var live = payment.Charges.Where(c => c.IsLive).ToLookup(c => c.OrderId);
        foreach (var order in payment.Orders)
        {
            if (order.Status == PaymentStates.Recorded)
                ExaminePaid(payment, order, [.. live[order.OrderId]]);
            else
                ExamineUnpaid(payment, order, live[order.OrderId]);
        }

        foreach (var charge in live.Where(g => payment.Orders.All(o => o.OrderId != g.Key)).SelectMany(g => g))
            Violate($"{payment.PaymentId}: {Describe(charge)} is of no order of it ('{charge.OrderId}').");
    }

    public override void Examine(Totals totals)
    {
        foreach (var charge in totals.StrayCharges)
            Violate($"{Describe(charge)} is of no payment we know ('{charge.PaymentId}').");
    }

    private void ExaminePaid(PaymentEvidence payment, OrderRow order, ChargeRow[] live)
    {
        if (live is not [var charge])
        {
            Violate($"{payment.PaymentId}/{order.OrderId} is recorded with {live.Length} live charges instead of 1"
                + $"{string.Concat(live.Select(c => "; " + Describe(c)))}.");
        }
        else if (charge.KeptMinor != order.AmountMinor || charge.Currency != order.Currency || charge.IsOpen)
        {
            Violate($"{payment.PaymentId}/{order.OrderId} is recorded with {order.AmountMinor} {order.Currency}, "
                + $"but {Describe(charge)}.");
        }
        else if (charge.Account != order.Connection)
        {
            Violate($"{payment.PaymentId}/{order.OrderId} is recorded at {order.Connection}, but {Describe(charge)}.");
        }
    }

    private void ExamineUnpaid(PaymentEvidence payment, OrderRow order, IEnumerable<ChargeRow> live)
    {
        foreach (var charge in live)
            Violate($"{payment.PaymentId}/{order.OrderId} ended {order.Status}, but {Describe(charge)}.");
    }

    private static string Describe(ChargeRow charge) =>
        $"{charge.PaymentIntent} at {charge.Account} ({charge.Status}) holds {charge.AuthorizedMinor}, took "
        + $"{charge.CapturedMinor} and gave back {charge.RefundedMinor} {charge.Currency}";
}
