using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>Commands to the executor: whether their operation was begun, and whether the saga still waits for it.</summary>
internal static class PspRules
{
    /// <summary>Orders of which nothing is at the PSP.</summary>
    private static readonly string[] HoldsNothing = ["Declined", "NotAttempted", "Voided", "Refunded", "GivenBack", "RecordingRefund"];

    public static Ruling Rule(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (letter.Type == nameof(ApplyWebhook))
            return OfWebhook(letter, facts, evidence);
        var order = OrderOf(letter, facts, evidence);
        var isAwaited = order is not null && SagaRules.IsAwaited(order, letter.OperationId);
        AddOperation(facts.Operation, evidence);
        return letter.Type switch
        {
            nameof(ResolveOrder) => OfQuestion(letter, facts, isAwaited),
            nameof(ContinueOrder) when facts.Operation is null =>
                Ruling.Unknown("The executor does not know the operation that it is to continue, and would fail over it again."),
            nameof(ContinueOrder) when facts.Operation is { State: "open" } =>
                Ruling.Stale("The operation does not wait any more: somebody else has continued it."),
            nameof(RefundOrder) when OtherRefund(facts) is { } other && facts.Operation is not { State: "settled" or "abandoned" } =>
                OfSecondRefund(other, evidence),
            _ when IsTurnedBack(letter, order, facts) =>
                Ruling.Dangerous("The payment is being turned back: it would take what the saga means to release, and a refund would follow."),
            _ => OfOperation(facts, isAwaited, IsTooLate(letter, facts))
                ?? (isAwaited ? OfAwaited(letter, facts) : OfUnwanted(letter, order, facts)),
        };
    }

    private static OrderView? OrderOf(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (facts.Payment is not { } payment)
        {
            evidence.Add("saga", "The saga does not know the payment.", ("paymentId", letter.PaymentId));
            return null;
        }

        SagaRules.AddPayment(payment, evidence);
        var order = facts.Orders.FirstOrDefault(o => o.OrderId == letter.OrderId);
        if (order is not null)
            SagaRules.AddOrder(order, evidence);
        return order;
    }

    private static void AddOperation(PspOperationView? operation, EvidenceList evidence)
    {
        if (operation is null)
            evidence.Add("executor", "No operation is stored under its id.");
        else
            AddOperation("The operation", operation, evidence);
    }

    private static void AddOperation(string name, PspOperationView operation, EvidenceList evidence) => evidence.Add(
        "executor",
        $"{name} at {operation.Connection} is {operation.State}{(operation.Outcome is { } outcome ? $", {outcome}" : "")}.",
        ("operationId", operation.OperationId), ("kind", operation.Kind), ("state", operation.State),
        ("outcome", operation.Outcome), ("reason", operation.Reason), ("createdAt", operation.CreatedAt),
        ("settledAt", operation.SettledAt), ("leaseUntil", operation.LeaseUntil), ("notAfter", operation.NotAfter));

    /// <summary>Null where the operation was not begun, or its beginning came to no end.</summary>
    private static Ruling? OfOperation(Facts facts, bool isAwaited, bool isTooLate) => facts.Operation switch
    {
        { State: "settled" } => Ruling.NoOp("Its operation has an end: a replay would only bring the same answer again."),
        { State: "abandoned" } => Ruling.Stale("Its operation was undone before it came: it is never begun."),
        { State: "open" } => Ruling.NoOp("Its operation was begun and has no certain end: a replay would only say so again."),
        { State: "sent" } sent when sent.LeaseUntil > facts.Now =>
            Ruling.NoOp("Its operation is being carried out: a replay would wait for its end."),
        { State: "sent" } when isTooLate =>
            Ruling.Safe("Its operation was begun and came to no end, and its time has passed: the PSP would only be asked about it."),
        { State: "sent" } when isAwaited =>
            Ruling.Safe("Its operation was begun and came to no end, and the saga waits for it: it is carried on under the same key."),
        { State: "sent" } =>
            Ruling.Dangerous("Its operation was begun and came to no end: it would be sent to the PSP again, and the saga does not wait for it."),
        _ => null,
    };

    /// <summary>
    /// A command that takes money, of an order in doubt whose payment goes back as a whole: the saga only asks what became of it.
    /// While it is parked its reason to stop counts as one to go back, to be on the safe side.
    /// </summary>
    private static bool IsTurnedBack(JudgedLetter letter, OrderView? order, Facts facts) =>
        letter.Type is nameof(ChargeOrder) or nameof(AuthorizeOrder) or nameof(CaptureOrder) or nameof(ContinueOrder)
        && facts.Payment is { FulfilmentPolicy: nameof(FulfilmentPolicy.AllOrNothing), Reason: not null }
        && order is { Doubt: not "None" }
        && facts.Operation is not { State: "settled" or "abandoned" or "open" }
        && !IsTooLate(letter, facts);

    private static bool IsTooLate(JudgedLetter letter, Facts facts) =>
        (facts.Operation?.NotAfter ?? letter.Message.NotAfter) < facts.Now;

    private static Ruling OfAwaited(JudgedLetter letter, Facts facts) => IsTooLate(letter, facts)
        ? Ruling.Safe("The saga waits for exactly this operation; its time has passed, so that it is answered as not attempted.")
        : Ruling.Safe("The saga waits for exactly this operation.");

    private static Ruling OfUnwanted(JudgedLetter letter, OrderView? order, Facts facts)
    {
        if (IsTooLate(letter, facts))
            return Ruling.Stale("Its time has passed, and it was never sent: it would be answered as not attempted.");
        if (facts.Payment is null)
            return Ruling.Dangerous("It would move money of a payment that the saga does not know.");
        return letter.Type switch
        {
            nameof(VoidOrder) when order is not null && HoldsNothing.Contains(order.Status) =>
                Ruling.Stale("Nothing is held at the PSP for its order any more."),
            nameof(VoidOrder) => Ruling.Dangerous("It would release what the PSP holds for the order, and the saga does not wait for that."),
            nameof(RefundOrder) => Ruling.Dangerous("It would give the buyer money back, and the saga does not wait for that."),
            _ => Ruling.Dangerous("It would take money from the buyer, and the saga does not wait for that: it might be taken twice."),
        };
    }

    /// <summary>One that went through, or may have.</summary>
    private static PspOperationView? OtherRefund(Facts facts) => facts.OtherRefunds.FirstOrDefault(o =>
        o.State is "sent" or "open" or "waiting" || o is { State: "settled", Outcome: "approved" });

    private static Ruling OfSecondRefund(PspOperationView other, EvidenceList evidence)
    {
        AddOperation($"Another refund of the order, {other.OperationId},", other, evidence);
        return Ruling.Dangerous("Another refund of the order went through, or may have: the buyer might be paid back twice.");
    }

    private static Ruling OfQuestion(JudgedLetter letter, Facts facts, bool isAwaited)
    {
        if (isAwaited)
            return Ruling.Safe("The saga waits for the answer to this question.");
        if (facts.Payment is null)
            return Ruling.Unknown("The saga does not know the payment: it is missing who asks.");
        return letter.Message.Forward != false && facts.Operation is { State: "sent" or "open", Forward: true }
            ? Ruling.Dangerous("The saga does not wait for the answer, and the operation might be sent to the PSP again for want of one.")
            : Ruling.Stale("Nobody waits for the answer to this question any more.");
    }

    private static Ruling OfWebhook(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (facts.Webhook is not { } webhook)
        {
            evidence.Add("executor", "No such notification is stored.", ("webhookId", letter.Message.WebhookId));
            return Ruling.Unknown("The notification that it is about is missing.");
        }

        evidence.Add("executor", $"The notification is {webhook.State}.",
            ("webhookId", webhook.WebhookId), ("state", webhook.State), ("result", webhook.Result));
        return webhook.State switch
        {
            "stored" or "waiting" => Ruling.Safe("The PSP's notification is not applied yet."),
            "applied" => Ruling.NoOp("The PSP's notification was applied."),
            _ => Ruling.Stale("The PSP's notification is about no operation of ours."),
        };
    }
}
