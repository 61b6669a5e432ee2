using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>What an answer does to its order and to the payment's counters. Nothing is sent here.</summary>
internal static class PaymentAnswers
{
    /// <summary>Whether the answer is to the operation that the order waits for; every other one is late or a duplicate.</summary>
    public static bool Awaits(this PaymentState payment, string orderId, string operationId)
    {
        var order = payment.Order(orderId);
        return order.IsAwaited && order.OperationId == operationId;
    }

    /// <summary>
    /// Whether an earlier refund of an order turns out to have gone through while none is under way: what was to be sent again is
    /// not needed any more.
    /// </summary>
    public static bool IsGivenBackBy(this PaymentState payment, string orderId, string operationId) =>
        payment.Order(orderId) is { Status: OrderStatus.Refunding, Doubt: Doubt.RefusedForNow or Doubt.SendAgain } order
        && order.IsEarlier(operationId);

    /// <summary>A certain end, by the operation that was sent last or by the one named.</summary>
    public static void End(
        this PaymentState payment, OrderState order, OrderStatus status, string outcome, string? operationId = null)
    {
        payment.Outstanding--;
        order.Status = status;
        payment.Settle(order, outcome, operationId);
    }

    /// <summary>A certain end that is not the wished one.</summary>
    public static void EndBadly(this PaymentState payment, OrderState order, OrderStatus status, string outcome, string reason)
    {
        payment.End(order, status, outcome);
        order.Reason = reason;
        payment.Reason ??= reason;
    }

    /// <summary>No certain end yet: its PSP's timetable begins, or goes on.</summary>
    public static void Hang(this PaymentState payment, OrderState order, Doubt doubt, ResolutionTimetables timetables)
    {
        if (order.Doubt == Doubt.None)
            payment.InDoubt++;
        if (order.AskAt is null || order.Doubt != doubt)
            order.AskAt = payment.Now + timetables.WaitOf(order, doubt);
        order.Doubt = doubt;
    }

    /// <summary>The operation ended; for the order, another one may follow.</summary>
    public static void Settle(this PaymentState payment, OrderState order, string outcome, string? operationId = null)
    {
        if (order.Doubt != Doubt.None)
            payment.InDoubt--;
        order.Doubt = Doubt.None;
        order.Asks = 0;
        order.AskAt = null;
        order.AddOutcome(operationId ?? order.OperationId!, outcome);
    }

    /// <summary>Silence past the deadline is doubt, never a no.</summary>
    public static void HangSilent(this PaymentState payment, ResolutionTimetables timetables)
    {
        foreach (var order in payment.Orders.Where(o => o.IsAwaited && o.Doubt == Doubt.None))
            payment.Hang(order, Doubt.InDoubt, timetables);
    }

    /// <summary>
    /// Not attempted, and no other route: an order that is not paid yet ends here; past the pivot and on the way back
    /// the operation is to be sent again. A capture that did not happen before the payment turned back is to be voided; a refund
    /// is not needed any more where an earlier one went through.
    /// </summary>
    public static void NotAttempted(
        this PaymentState payment, OrderState order, string outcome, string reason, ResolutionTimetables timetables)
    {
        if (order.Status is OrderStatus.Charging or OrderStatus.Authorizing)
            payment.EndBadly(order, OrderStatus.NotAttempted, outcome, reason);
        else if (order.Status == OrderStatus.Capturing && payment.IsTurnedBack)
            payment.End(order, OrderStatus.Authorized, outcome);
        else if (order.Status == OrderStatus.Refunding && PaymentDecisions.IsGivenBack(order))
            payment.End(order, OrderStatus.GivenBack, outcome);
        else
            payment.Hang(order, Doubt.SendAgain, timetables);
    }

    /// <summary>
    /// The PSP refused the refund for now: it is to be sent again, by the PSP's timetable. False where that was done often
    /// enough, and where a debt is open already.
    /// </summary>
    public static bool PutOff(
        this PaymentState payment, OrderState order, string outcome, string reason, ResolutionTimetables timetables)
    {
        var isSaidAgain = order.OutcomesOf(order.OperationId!).Contains(outcome);
        var refusals = order.CountOf(outcome) + (isSaidAgain ? 0 : 1);
        if (order.Debt || !timetables.MayRetry(order, refusals))
            return false;
        if (order.Doubt == Doubt.RefusedForNow)
            return true;

        if (!isSaidAgain)
            payment.Settle(order, outcome);
        payment.WaitsFor = PaymentDeadlines.WaitsForRetry(reason);
        // The place in the timetable: questions about other doubts do not count.
        order.Asks = refusals - 1;
        payment.Hang(order, Doubt.RefusedForNow, timetables);
        return true;
    }

    /// <summary>An undo failed for good: the buyer is owed the amount.</summary>
    public static void Owe(this PaymentState payment, OrderState order, OrderStatus status, string outcome, string reason)
    {
        payment.End(order, status, outcome);
        order.Reason = reason;
    }

    /// <summary>Every order of the batch is done.</summary>
    public static void EndBatch(this PaymentState payment, OrderStatus sent, OrderStatus done)
    {
        payment.StepOperationId = null;
        payment.StepMessageId = null;
        foreach (var order in payment.Orders.Where(o => o.Status == sent))
            order.Status = done;
    }

    /// <summary>Some orders of the batch are rejected; those that are neither done nor rejected are as before it.</summary>
    public static void EndBatchBadly(
        this PaymentState payment,
        (OrderStatus Before, OrderStatus Sent, OrderStatus Done, OrderStatus Rejected) statuses,
        IReadOnlyList<string> done,
        IReadOnlyList<LineRejection> rejections)
    {
        payment.Reason ??= rejections[0].Reason;
        var reasons = rejections.ToDictionary(r => r.OrderId, r => r.Reason);
        var batch = payment.Orders.Where(o => o.Status == statuses.Sent).ToArray();
        payment.EndBatch(statuses.Sent, statuses.Before);
        foreach (var order in batch)
        {
            if (done.Contains(order.OrderId))
                order.Status = statuses.Done;
            if (!reasons.TryGetValue(order.OrderId, out var reason))
                continue;
            order.Status = statuses.Rejected;
            order.Reason = reason;
        }
    }
}
