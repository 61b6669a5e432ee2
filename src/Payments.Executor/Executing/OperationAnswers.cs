using Payments.Contracts;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Executing;

/// <summary>The event that tells of an operation's outcome. A function of its row: said again, it is the same.</summary>
internal static class OperationAnswers
{
    public static Effects Answer(this Effects effects, Operation operation)
    {
        if (operation.State == OperationState.Abandoned)
        {
            return effects.Publish(new OperationAbandoned
            {
                PaymentId = Payment(operation),
                OrderId = operation.OrderId,
                OperationId = operation.OperationId,
            });
        }

        return operation.Outcome!.Value switch
        {
            OutcomeKind.Approved => effects.Approve(operation),
            OutcomeKind.Declined or OutcomeKind.InvalidRequest => effects.Refuse(operation),
            OutcomeKind.Pending => effects.Publish(new OrderPending
            {
                PaymentId = Payment(operation),
                OrderId = operation.OrderId,
                OperationId = operation.OperationId,
                PspReference = PaymentReference(operation),
            }),
            OutcomeKind.ActionRequired => effects.Publish(new OrderActionRequired
            {
                PaymentId = Payment(operation),
                OrderId = operation.OrderId,
                OperationId = operation.OperationId,
                PspReference = operation.PspReference!,
            }),
            OutcomeKind.NotAttempted => effects.Publish(new OrderNotAttempted
            {
                PaymentId = Payment(operation),
                OrderId = operation.OrderId,
                OperationId = operation.OperationId,
                Reason = operation.Reason!,
            }),
            OutcomeKind.InDoubt => effects.InDoubt(operation, operation.Reason!),
        };
    }

    public static Effects InDoubt(this Effects effects, Operation operation, string reason) =>
        effects.Publish(new OrderInDoubt
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            Reason = reason,
            PspReference = operation.Step is PspStep.Sale or PspStep.Authorize ? operation.PspReference : null,
        });

    private static Effects Approve(this Effects effects, Operation operation) => operation.Step switch
    {
        PspStep.Sale or PspStep.Capture => effects.Publish(new OrderCaptured
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            PspReference = PaymentReference(operation)!,
            Amount = operation.Amount,
        }),
        PspStep.Authorize => effects.Publish(new OrderAuthorized
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            PspReference = operation.PspReference!,
            Amount = operation.Amount,
        }),
        PspStep.Void => effects.Publish(new OrderVoided
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
        }),
        PspStep.Refund => effects.Publish(new OrderRefunded
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            PspReference = operation.PspReference,
            Amount = operation.Amount,
        }),
    };

    private static Effects Refuse(this Effects effects, Operation operation) => operation.Step switch
    {
        PspStep.Sale or PspStep.Authorize => effects.Publish(new OrderDeclined
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            // A request that is wrong here is wrong everywhere.
            Hard = operation.IsHard ?? true,
            Reason = operation.Reason!,
            PspCode = operation.PspCode,
        }),
        PspStep.Capture => effects.Publish(new CaptureRefused
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            Reason = operation.Reason!,
            PspCode = operation.PspCode,
        }),
        PspStep.Void => effects.Publish(new VoidRefused
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            Refusal = operation.Reason == Reasons.AlreadyCaptured ? VoidRefusal.AlreadyCaptured : VoidRefusal.Refused,
            PspReference = operation.TargetReference,
            Reason = operation.Reason!,
        }),
        PspStep.Refund => effects.Publish(new RefundFailed
        {
            PaymentId = Payment(operation),
            OrderId = operation.OrderId,
            OperationId = operation.OperationId,
            ForNow = operation.IsHard == false,
            Reason = operation.Reason!,
            PspCode = operation.PspCode,
        }),
    };

    /// <summary>
    /// The PSP's id of the payment, which is what a later undo needs: a capture or void may have an id of its own beside it.
    /// </summary>
    private static string? PaymentReference(Operation operation) => operation.Step switch
    {
        PspStep.Sale or PspStep.Authorize => operation.PspReference,
        PspStep.Capture or PspStep.Void => operation.TargetReference,
        PspStep.Refund => null,
    };

    private static Ulid Payment(Operation operation) => Ulid.FromGuid(operation.PaymentId);
}
