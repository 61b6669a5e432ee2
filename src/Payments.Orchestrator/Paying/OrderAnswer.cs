using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>What every answer about an order has in common. Contracts have no base class, so it is read here.</summary>
/// <param name="OrderId">Null where the answer is about a batch.</param>
/// <param name="OperationId">The operation it answers.</param>
/// <param name="MovesMoney">Whether it tells of money held, taken or given back.</param>
/// <param name="IsRefusal">Whether it tells that what was asked for is not done, or did not last.</param>
/// <param name="NeedsPerson">Whether it tells that the PSP's book differs from ours.</param>
internal sealed record OrderAnswer(
    string? OrderId, string OperationId, bool MovesMoney, bool IsRefusal = false, bool NeedsPerson = false)
{
    /// <summary>Null for messages that are no answers about orders.</summary>
    public static OrderAnswer? Of(object message) => message switch
    {
        OrderAuthorized m => new(m.OrderId, m.OperationId, true),
        OrderCaptured m => new(m.OrderId, m.OperationId, true),
        OrderDeclined m => new(m.OrderId, m.OperationId, false, IsRefusal: true),
        OrderActionRequired m => new(m.OrderId, m.OperationId, false),
        CaptureRefused m => new(m.OrderId, m.OperationId, false, IsRefusal: true),
        OrderNotAttempted m => new(m.OrderId, m.OperationId, false),
        OperationAbandoned m => new(m.OrderId, m.OperationId, false),
        OrderPending m => new(m.OrderId, m.OperationId, false),
        OrderInDoubt m => new(
            m.OrderId, m.OperationId, false, NeedsPerson: PaymentDecisions.NeedsPerson.Contains(m.Reason)),
        OrderVoided m => new(m.OrderId, m.OperationId, false),
        VoidRefused m => new(m.OrderId, m.OperationId, false, IsRefusal: true),
        OrderRefunded m => new(m.OrderId, m.OperationId, true),
        RefundFailed m => new(m.OrderId, m.OperationId, false, IsRefusal: true),
        _ => null,
    };
}
