using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>What every answer about an order has in common. Contracts have no base class, so it is read here.</summary>
/// <param name="OrderId">Null where the answer is about a batch.</param>
/// <param name="OperationId">The operation it answers.</param>
/// <param name="Kind">What it says of money.</param>
/// <param name="Reason">snake_case, where it gives one.</param>
/// <param name="PspReference">Where it names one.</param>
internal sealed record OrderAnswer(
    string? OrderId, string OperationId, AnswerKind Kind, string? Reason = null, string? PspReference = null)
{
    /// <summary>Null for messages that are no answers about orders.</summary>
    public static OrderAnswer? Of(object message) => message switch
    {
        OrderAuthorized m => new(m.OrderId, m.OperationId, AnswerKind.Moved, null, m.PspReference),
        OrderCaptured m => new(m.OrderId, m.OperationId, AnswerKind.Moved, null, m.PspReference),
        OrderDeclined m => new(m.OrderId, m.OperationId, AnswerKind.NotMoved, m.Reason),
        OrderActionRequired m => new(m.OrderId, m.OperationId, AnswerKind.Unclear, null, m.PspReference),
        CaptureRefused m => new(m.OrderId, m.OperationId, AnswerKind.NotMoved, m.Reason),
        OrderNotAttempted m => new(m.OrderId, m.OperationId, AnswerKind.Unclear, m.Reason),
        OperationAbandoned m => new(m.OrderId, m.OperationId, AnswerKind.Unclear),
        OrderPending m => new(m.OrderId, m.OperationId, AnswerKind.Unclear, null, m.PspReference),
        OrderInDoubt m => new(
            m.OrderId,
            m.OperationId,
            PaymentDecisions.NeedsPerson.Contains(m.Reason) ? AnswerKind.Moved : AnswerKind.Unclear,
            m.Reason,
            m.PspReference),
        OrderVoided m => new(m.OrderId, m.OperationId, AnswerKind.NotMoved),
        VoidRefused m => new(
            m.OrderId,
            m.OperationId,
            m.Refusal == VoidRefusal.AlreadyCaptured ? AnswerKind.Moved : AnswerKind.NotMoved,
            m.Reason,
            m.PspReference),
        OrderRefunded m => new(m.OrderId, m.OperationId, AnswerKind.Moved, null, m.PspReference),
        RefundFailed m => new(m.OrderId, m.OperationId, AnswerKind.NotMoved, m.Reason),
        _ => null,
    };
}

/// <summary>What an answer says of money.</summary>
internal enum AnswerKind
{
    /// <summary>Nothing certain: it contradicts nothing.</summary>
    Unclear,

    /// <summary>Certainly, its operation moved nothing.</summary>
    NotMoved,

    /// <summary>Money was held, taken or given back; or there is evidence of more than was asked.</summary>
    Moved,
}
