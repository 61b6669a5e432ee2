using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>The saga's decisions: pure functions of its state.</summary>
internal static class PaymentDecisions
{
    /// <summary>Doubts that asking again does not end: another amount, two charges, or answers that exclude each other.</summary>
    public static readonly string?[] NeedsPerson = ["integrity_mismatch", "duplicate_at_psp", "contradictory_answers"];

    /// <summary>What comes next among the steps that the state allows.</summary>
    public static PaymentStep Next(PaymentState payment, IReadOnlyList<PaymentStep> allowed)
    {
        // The certain come first: nobody's money waits for another order's person.
        var step = allowed.Contains(PaymentStep.Credit) && MayCreditTheCertain(payment) ? PaymentStep.Credit
            : payment.MustPark ? PaymentStep.Park
            : Next(payment);
        if (step == PaymentStep.Wait || allowed.Contains(step))
            return step;

        // Already aborting, resolving or parked.
        return step is PaymentStep.Abort or PaymentStep.Resolve or PaymentStep.Park
            ? PaymentStep.Wait
            : throw new InvalidOperationException(
                $"Payment {payment.PaymentId} is {payment.CurrentState}, from where {step} does not follow.");
    }

    /// <summary>
    /// What comes next, once an answer is recorded. While anything is outstanding only the counters are looked at: the
    /// other orders may not be loaded.
    /// </summary>
    public static PaymentStep Next(PaymentState payment)
    {
        if (payment.StepOperationId is not null)
            return PaymentStep.Wait;

        if (Has(payment, OrderStatus.Credited) && !payment.IsTurnedBack)
            return PaymentStep.Record;

        if (payment.Outstanding > 0)
            return WhileOutstanding(payment);

        if (!payment.IsTurnedBack)
        {
            if (Has(payment, OrderStatus.Accepted))
                return IsSale(payment) ? PaymentStep.Charge : PaymentStep.Authorize;
            if (Has(payment, OrderStatus.Authorized))
                return PaymentStep.Capture;
            if (Has(payment, OrderStatus.Captured))
                return PaymentStep.Credit;
        }

        return Undo(payment) ?? Finish(payment);
    }

    /// <summary>
    /// Best effort does not let certain orders wait for doubtful ones for ever: what is captured is credited, and the
    /// rest goes on being resolved, or is parked then.
    /// </summary>
    public static bool MayCreditTheCertain(PaymentState payment) =>
        payment.Policy == FulfilmentPolicy.BestEffort
        && payment.StepOperationId is null
        && (payment.MustPark
            || payment.CurrentState == nameof(PaymentStateMachine.Parked)
            || (payment.CurrentState == nameof(PaymentStateMachine.Resolving)
                && payment.PatienceLeft <= TimeSpan.Zero))
        && Has(payment, OrderStatus.Captured);

    /// <summary>What is to be taken back from the wallets.</summary>
    public static bool IsToReverse(PaymentState payment, OrderState order) =>
        order.Status == OrderStatus.JournalRejected || (payment.IsTurnedBack && order.Status == OrderStatus.Credited);

    /// <summary>One batch of credits is reversed at a time.</summary>
    public static bool IsInFirstBatchToReverse(PaymentState payment, OrderState order) =>
        IsToReverse(payment, order)
        && order.Batch == payment.Orders.Where(o => IsToReverse(payment, o)).Min(o => o.Batch);

    /// <summary>What is to be recorded as captured for nobody, so that the refund has an account to debit.</summary>
    public static bool IsToUnallocate(PaymentState payment, OrderState order) =>
        order.Status == OrderStatus.Uncredited || (payment.IsTurnedBack && order.Status == OrderStatus.Captured);

    /// <summary>Whose hold at the PSP is to be released.</summary>
    public static bool IsToVoid(PaymentState payment, OrderState order) =>
        order.Status is OrderStatus.ActionRequired or OrderStatus.CaptureRefused
        || (payment.IsTurnedBack && order.Status == OrderStatus.Authorized);

    /// <summary>
    /// Whether the PSP has given back what the order took, by whichever of its refunds: then none is sent, and none owed.
    /// </summary>
    public static bool IsGivenBack(OrderState order) => order.CountOf(nameof(OrderRefunded)) > 0;

    /// <summary>What a person reads of an undo that ran out of time: what asking does not end, or silence.</summary>
    public static string WhyOwed(OrderState order) => NeedsPerson.Contains(order.Reason) ? order.Reason! : "no_answer";

    /// <summary>Minor units that may be lost or owed as things stand.</summary>
    public static long AtRisk(PaymentState payment) =>
        payment.Orders.Where(o => !o.IsTerminal).Sum(o => o.AmountMinor);

    /// <summary>
    /// Whether an answer that no order waits for tells of money that is not where the order says it is: it moved after a no,
    /// did not stay after a yes, or the PSP's book is another one.
    /// </summary>
    /// <param name="order">As it stands.</param>
    /// <param name="late">The answer.</param>
    /// <param name="name">Its name.</param>
    public static bool IsToReport(OrderState order, OrderAnswer late, string name)
    {
        var outcomes = order.OutcomesOf(late.OperationId);
        if (outcomes.Contains(name))
            return false;
        var ended = outcomes.Count > 0 ? outcomes[^1] : null;
        return late.Kind switch
        {
            AnswerKind.Moved => true,
            AnswerKind.NotMoved => ended
                is nameof(OrderAuthorized) or nameof(OrderCaptured) or nameof(OrderVoided) or nameof(OrderRefunded),
            AnswerKind.Unclear => false,
        };
    }

    /// <summary>The reason a payment stops for: a debt, what nobody but a person can clear up, a refused journal, or silence.</summary>
    public static string WhyParked(PaymentState payment)
    {
        var orders = payment.Orders.ToArray();
        if (Array.Find(orders, o => o.Status is OrderStatus.VoidDebt or OrderStatus.RefundDebt) is { } debt)
            return $"compensation_debt:{debt.Reason}";
        if (Array.Find(orders, o => o.Doubt != Doubt.None && NeedsPerson.Contains(o.Reason)) is { } doubtful)
            return doubtful.Reason!;
        if (payment.Outstanding == 0 && payment.StepOperationId is null)
            return "journal_rejected";
        return payment.InDoubt > 0 ? "in_doubt" : "no_answer";
    }

    private static bool IsSale(PaymentState payment) =>
        payment.Policy == FulfilmentPolicy.BestEffort || payment.Orders.Count() == 1;

    private static PaymentStep WhileOutstanding(PaymentState payment)
    {
        // Undos are asked about in their own state, to which a parked payment returns.
        var waitsIn = payment.ResumeState ?? payment.CurrentState;
        if (waitsIn is nameof(PaymentStateMachine.Voiding) or nameof(PaymentStateMachine.Refunding))
            return PaymentStep.Wait;

        // No batch is under way (any more): who still waits for a PSP waits in Resolving.
        if (payment.InDoubt == payment.Outstanding
            || waitsIn is nameof(PaymentStateMachine.Crediting) or nameof(PaymentStateMachine.Recording))
        {
            return PaymentStep.Resolve;
        }

        return payment.IsTurnedBack ? PaymentStep.Abort : PaymentStep.Wait;
    }

    private static PaymentStep? Undo(PaymentState payment)
    {
        if (payment.Orders.Any(o => IsToReverse(payment, o)))
            return PaymentStep.ReverseWallets;
        if (payment.Orders.Any(o => IsToUnallocate(payment, o)))
            return PaymentStep.ReverseJournal;
        if (payment.Orders.Any(o => IsToVoid(payment, o)))
            return PaymentStep.VoidHolds;
        if (Has(payment, OrderStatus.Unallocated))
            return PaymentStep.Refund;
        if (Has(payment, OrderStatus.GivenBack))
            return PaymentStep.RecordRefund;
        if (payment.Orders.Any(o => o.Status is OrderStatus.VoidDebt or OrderStatus.RefundDebt))
            return PaymentStep.Park;
        return null;
    }

    private static PaymentStep Finish(PaymentState payment)
    {
        var unfinished = payment.Orders.FirstOrDefault(o => !o.IsTerminal);
        if (unfinished is not null)
            throw new InvalidOperationException($"Order '{unfinished.OrderId}' is {unfinished.Status} when nothing is left to do.");

        var recorded = payment.Orders.Count(o => o.Status == OrderStatus.Recorded);
        if (recorded == payment.Orders.Count())
            return PaymentStep.Complete;
        return recorded > 0 ? PaymentStep.PartiallyComplete : PaymentStep.Fail;
    }

    private static bool Has(PaymentState payment, OrderStatus status) => payment.Orders.Any(o => o.Status == status);
}
