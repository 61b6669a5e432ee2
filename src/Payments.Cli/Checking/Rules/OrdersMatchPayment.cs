using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>
/// The orders of a terminal payment are terminal and fit its state; their amounts add up to the payment's. Sagas are
/// read at one moment, so every terminal payment is examined.
/// </summary>
internal sealed class OrdersMatchPayment() : Checker("Terminal payments and their orders match")
{
    public override void Examine(PaymentEvidence payment)
    {
        if (!payment.IsTerminal)
        {
            Moving++;
            return;
        }

        Examined++;
        foreach (var order in payment.Orders.Where(o => !PaymentStates.HasEnded(o.Status)))
        {
            Violate($"{payment.PaymentId} is {payment.State}, but its order {order.OrderId} is {order.Status}, "
                + "which is not terminal.");
        }

        var paid = payment.Orders.Count(o => o.Status == PaymentStates.Recorded);
        if (!Fits(payment.State, paid, payment.Orders.Count))
            Violate($"{payment.PaymentId} is {payment.State} with {paid} of {payment.Orders.Count} orders recorded.");

        var sum = payment.Orders.Sum(o => (decimal)o.AmountMinor);
        if (payment.State != PaymentStates.Rejected
            && (sum != payment.AmountMinor || payment.Orders.Any(o => o.Currency != payment.Currency)))
        {
            Violate($"{payment.PaymentId} has {payment.AmountMinor} {payment.Currency}, but its orders add up to "
                + $"{sum}.");
        }
    }

    private static bool Fits(string state, int paid, int all) => state switch
    {
        PaymentStates.Completed => all > 0 && paid == all,
        PaymentStates.PartiallyCompleted => paid > 0 && paid < all,
        PaymentStates.Failed => all > 0 && paid == 0,
        _ => all == 0,
    };
}
