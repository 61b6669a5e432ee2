using Payments.Contracts;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Paying;

/// <summary>
/// Proof that the attempt an order waits for is over and took nothing. Only the two answers that allow another connection
/// make one, and only to the very operation; there is none for doubt, for what is pending, and for a hard decline. Without
/// it no order can be given another connection.
/// </summary>
internal sealed class SettledAttempt
{
    private readonly OrderState _order;
    private readonly string _operationId;

    private SettledAttempt(OrderState order, string operationId, string cause, string reason)
    {
        _order = order;
        _operationId = operationId;
        Cause = cause;
        Reason = reason;
    }

    /// <summary>A word of <see cref="RouteWords"/>.</summary>
    public string Cause { get; }

    /// <summary>The answer's own, snake_case.</summary>
    public string Reason { get; }

    /// <summary>Null where the order does not wait for that operation, or it is no charge or authorization.</summary>
    public static SettledAttempt? By(OrderState order, OrderNotAttempted answer) =>
        Of(order, answer.OperationId, RouteWords.NotAttempted, answer.Reason);

    /// <inheritdoc cref="By(OrderState, OrderNotAttempted)"/>
    public static SettledAttempt? By(OrderState order, OrderDeclined answer) =>
        answer.Hard ? null : Of(order, answer.OperationId, RouteWords.SoftDecline, answer.Reason);

    /// <summary>Whether it is about this order's last operation; it is used up when the next one begins.</summary>
    public bool Settles(OrderState order) => ReferenceEquals(_order, order) && order.OperationId == _operationId;

    private static SettledAttempt? Of(OrderState order, string operationId, string cause, string reason) =>
        order.Status is OrderStatus.Charging or OrderStatus.Authorizing && order.OperationId == operationId
            ? new SettledAttempt(order, operationId, cause, reason)
            : null;
}
