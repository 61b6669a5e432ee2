using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>
/// Per settled payment: a recorded order has one lot, of its amount less the fee, one journal, a capture, and one
/// approved taking of its amount. Every other order nets to zero in the wallet, in every account and at the PSP.
/// </summary>
internal sealed class OrdersBookedOnce() : Checker("Each paid order is booked once, each unpaid one nets to zero")
{
    private const string Capture = "Capture";

    public override void Examine(PaymentEvidence payment)
    {
        if (!Take(payment))
            return;

        foreach (var order in payment.Orders)
        {
            var name = $"{payment.PaymentId}/{order.OrderId}";
            var lots = payment.Lots.Where(l => l.OrderId == order.OrderId).ToArray();
            var taken = payment.Operations.Where(o => o.OrderId == order.OrderId).Sum(o => (decimal)o.TakenMinor);
            if (order.Status == PaymentStates.Recorded)
                ExaminePaid(name, order, lots, taken, payment);
            else
                ExamineUnpaid(name, order, lots, taken, payment);
        }
    }

    private void ExaminePaid(string name, OrderRow order, LotRow[] lots, decimal taken, PaymentEvidence payment)
    {
        if (lots is not [{ ReversedMinor: 0 } lot] || lot.CreditedMinor != order.NetMinor
            || lot.OwnerId != order.SellerId || lot.Currency != order.Currency)
        {
            Violate($"{name} is recorded, but has {lots.Length} lots with {lots.Sum(l => (decimal)l.CreditedMinor)} "
                + $"credited and {lots.Sum(l => (decimal)l.ReversedMinor)} reversed instead of one with "
                + $"{order.NetMinor} for {order.SellerId}.");
        }

        var kinds = payment.Journals.Where(j => j.OrderId == order.OrderId).Select(j => j.Kind).ToArray();
        if (kinds is not [Capture])
            Violate($"{name} is recorded, but has the journals [{string.Join(", ", kinds)}] instead of one {Capture}.");
        if (taken != order.AmountMinor)
        {
            Violate($"{name} is recorded, but the PSP's operations took {taken} instead of {order.AmountMinor} "
                + $"{order.Currency}.");
        }
    }

    private void ExamineUnpaid(string name, OrderRow order, LotRow[] lots, decimal taken, PaymentEvidence payment)
    {
        var credited = lots.Sum(l => (decimal)l.CreditedMinor - l.ReversedMinor);
        if (credited != 0)
            Violate($"{name} ended {order.Status}, but its lots keep {credited} {order.Currency}.");
        if (taken != 0)
            Violate($"{name} ended {order.Status}, but the PSP's operations took {taken} {order.Currency}.");
        foreach (var account in payment.Postings.Where(p => p.OrderId == order.OrderId).GroupBy(p => p.Account))
        {
            var balance = account.Sum(p => (decimal)p.DebitMinor - p.CreditMinor);
            if (balance != 0)
                Violate($"{name} ended {order.Status}, but leaves {balance} {order.Currency} in {account.Key}.");
        }
    }
}
