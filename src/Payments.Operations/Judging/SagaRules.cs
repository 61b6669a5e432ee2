using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>Commands, answers and deadlines of the payment saga: what its state machine would do with them now.</summary>
internal static class SagaRules
{
    /// <summary>Orders that wait for an answer of a PSP.</summary>
    private static readonly string[] Awaited = ["Charging", "Authorizing", "Capturing", "Voiding", "Refunding"];

    private static readonly string[] Ended = ["Completed", "PartiallyCompleted", "Failed", "Rejected"];

    private static readonly string[] Forward = ["Authorizing", "Capturing", "Resolving", "Aborting", "Crediting", "Recording", "Parked"];

    private static readonly string[] Undo = ["Voiding", "Refunding", "Parked"];

    /// <summary>Doubts that tell of money, as the saga sees it.</summary>
    private static readonly string?[] NeedsPerson = ["integrity_mismatch", "duplicate_at_psp", "contradictory_answers"];

    public static Ruling Rule(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (facts.Payment is not { } payment)
            return OfUnknownPayment(letter, facts, evidence);
        AddPayment(payment, evidence);
        return letter.Type switch
        {
            nameof(StartPayment) or nameof(RejectPayment) =>
                Ruling.NoOp("The saga has the payment: it ignores another beginning of it."),
            nameof(ResumePayment) => OfResuming(letter, payment),
            nameof(PaymentDeadlineReached) => OfDeadline(letter, payment),
            nameof(WalletsCredited) or nameof(CreditRejected) => OfBatch(letter, payment, "Crediting"),
            nameof(CreditsReversed) => OfBatch(letter, payment, "ReversingWallets"),
            nameof(JournalRecorded) or nameof(JournalRejected) =>
                OfBatch(letter, payment, "Recording", "ReversingJournal", "RecordingRefund"),
            _ => OfOrder(letter, payment, facts, evidence),
        };
    }

    /// <summary>What the saga is, and waits for.</summary>
    public static void AddPayment(PaymentView payment, EvidenceList evidence) => evidence.Add(
        "saga", $"The payment is {payment.State}{(payment.WaitsFor is { } waits ? $" and waits for {waits}" : "")}.",
        ("state", payment.State), ("resumeState", payment.ResumeState), ("waitsFor", payment.WaitsFor),
        ("stepOperationId", payment.StepOperationId), ("deadlineEpoch", payment.DeadlineEpoch));

    public static void AddOrder(OrderView order, EvidenceList evidence) => evidence.Add(
        "saga",
        $"Order {order.OrderId} is {order.Status}{(order.Doubt == "None" ? "" : $", {order.Doubt}")}; "
        + $"its last operation is {order.OperationId ?? "none"}.",
        ("orderId", order.OrderId), ("status", order.Status), ("doubt", order.Doubt), ("operationId", order.OperationId),
        ("notAfter", order.NotAfter), ("outcomes", order.Outcomes));

    /// <summary>Whether the saga waits for what the PSP says of the operation.</summary>
    public static bool IsAwaited(OrderView order, string? operationId) =>
        Awaited.Contains(order.Status) && operationId is not null && order.OperationId == operationId;

    /// <summary>Whether the order is as the answer made it.</summary>
    public static bool HasTaken(OrderView order, JudgedLetter answer) => answer.Type switch
    {
        nameof(OrderPending) => order.OperationId == answer.OperationId && order.Doubt == "Pending",
        nameof(OrderInDoubt) => order.OperationId == answer.OperationId && order.Doubt == "InDoubt",
        _ => OutcomesOf(order, answer.OperationId).Contains(answer.Type),
    };

    private static Ruling OfUnknownPayment(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        evidence.Add("saga", "The saga does not know the payment.", ("paymentId", letter.PaymentId));
        if (letter.Type is not (nameof(StartPayment) or nameof(RejectPayment)))
            return Ruling.Unknown("The saga does not know the payment, and would fail over the message again: its beginning is missing.");
        if (facts.Intake is null && facts.Rejection is null)
        {
            evidence.Add("intake", "Intake does not know the payment.");
            return Ruling.Unknown("Intake does not know the payment: it is missing who let it in.");
        }

        evidence.Add("intake", facts.Intake is { } intake
            ? $"The payment was accepted at {EvidenceList.Time(intake.AcceptedAt)}."
            : $"The payment was rejected at {EvidenceList.Time(facts.Rejection!.ReceivedAt)}.");
        return Ruling.Safe("Intake has the payment, and the saga waits for its beginning.");
    }

    /// <summary>An operator meant the payment as it was parked then.</summary>
    private static Ruling OfResuming(JudgedLetter letter, PaymentView payment)
    {
        if (payment.State != "Parked")
            return Ruling.Stale("The payment is not parked: the saga ignores it.");
        return letter.InboxId is { } id && payment.StateSince <= id.Timestamp
            ? Ruling.Safe("The payment is parked as it was when an operator resumed it.")
            : Ruling.Unknown("The payment was parked again since: it is missing whether the operator still wants it resumed.");
    }

    private static Ruling OfDeadline(JudgedLetter letter, PaymentView payment)
    {
        if (letter.Message.Epoch is not { } epoch)
            return Ruling.Unknown("It does not say which deadline it is of.");
        if (Ended.Contains(payment.State))
            return Ruling.Stale("The payment has ended: the saga ignores its deadlines.");
        return epoch == payment.DeadlineEpoch
            ? Ruling.Safe("The deadline is the one that is armed now.")
            : Ruling.Stale("The deadline is not armed any more: the saga ignores it.");
    }

    private static Ruling OfBatch(JudgedLetter letter, PaymentView payment, params ReadOnlySpan<string> states)
    {
        var isAwaited = letter.OperationId is not null && letter.OperationId == payment.StepOperationId;
        return isAwaited && (payment.State == "Parked" || states.Contains(payment.State))
            ? Ruling.Safe("The saga waits for exactly this answer.")
            : Ruling.Stale("The saga does not wait for this answer any more, and ignores it.");
    }

    private static Ruling OfOrder(JudgedLetter letter, PaymentView payment, Facts facts, EvidenceList evidence)
    {
        if (payment.State == "Rejected" || letter.OrderId is null)
            return Ruling.Stale("The saga waits for no such answer, and ignores it.");
        if (facts.Orders.FirstOrDefault(o => o.OrderId == letter.OrderId) is not { } order)
            return Ruling.Unknown("The payment has no such order: the saga would fail over it again.");
        AddOrder(order, evidence);
        if (StatesFor(letter.Type).Contains(payment.State) && (IsAwaited(order, letter.OperationId) || IsGivenBackBy(order, letter)))
            return Ruling.Safe("The saga waits for exactly this answer.");
        return OfLateAnswer(letter, order);
    }

    private static string[] StatesFor(string? type) => type switch
    {
        nameof(OrderVoided) or nameof(VoidRefused) or nameof(OrderRefunded) or nameof(RefundFailed) => Undo,
        nameof(OrderNotAttempted) or nameof(OperationAbandoned) or nameof(OrderPending) or nameof(OrderInDoubt) =>
            [.. Forward, .. Undo],
        _ => Forward,
    };

    /// <summary>An earlier refund turns out to have gone through while none is under way.</summary>
    private static bool IsGivenBackBy(OrderView order, JudgedLetter letter) =>
        letter is { Type: nameof(OrderRefunded), OperationId: { } earlier }
        && order is { Status: "Refunding", Doubt: "RefusedForNow" or "SendAgain", OperationId: { } last }
        && earlier != last && StepOf(earlier) == StepOf(last);

    /// <summary>Nothing follows from it but, where it tells of money that is not where the order says it is, a report.</summary>
    private static Ruling OfLateAnswer(JudgedLetter letter, OrderView order)
    {
        var outcomes = OutcomesOf(order, letter.OperationId);
        if (outcomes.Contains(letter.Type))
            return Ruling.NoOp("The saga has this answer to this operation already.");
        var contradicts = outcomes is [.., "OrderAuthorized" or "OrderCaptured" or "OrderVoided" or "OrderRefunded"];
        return (letter.Type switch
        {
            nameof(OrderAuthorized) or nameof(OrderCaptured) or nameof(OrderRefunded) => true,
            nameof(OrderInDoubt) => NeedsPerson.Contains(letter.Message.Reason),
            nameof(VoidRefused) => letter.Message.Refusal == nameof(VoidRefusal.AlreadyCaptured) || contradicts,
            nameof(OrderDeclined) or nameof(CaptureRefused) or nameof(OrderVoided) or nameof(RefundFailed) => contradicts,
            _ => false,
        })
            ? Ruling.Safe("No order waits for it, but it tells of money: the saga records and reports it, and moves nothing.")
            : Ruling.Stale("The saga does not wait for this answer any more, and only writes it into the history.");
    }

    /// <summary>The events that ended the operation: <c>charge/1=OrderCaptured refund/1=RefundFailed</c>.</summary>
    private static string[] OutcomesOf(OrderView order, string? operationId) =>
        operationId?.Split('/') is not [.., var step, var attempt]
            ? []
            :
            [
                .. (order.Outcomes ?? "").Split(' ')
                    .Select(outcome => outcome.Split('='))
                    .Where(outcome => outcome.Length == 2 && outcome[0] == $"{step}/{attempt}")
                    .Select(outcome => outcome[1]),
            ];

    private static string StepOf(string operationId) => operationId[..Math.Max(0, operationId.LastIndexOf('/'))];
}
