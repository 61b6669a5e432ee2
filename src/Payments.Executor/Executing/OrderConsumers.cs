using MassTransit;
using Payments.Contracts;
using Payments.Executor.Psp;

namespace Payments.Executor.Executing;

internal sealed class ChargeOrderConsumer(OperationRunner runner) : IConsumer<ChargeOrder>
{
    public Task Consume(ConsumeContext<ChargeOrder> context)
    {
        var command = context.Message;
        var operation = Proposed.Operation(
            command.OperationId, command.PaymentId, command.OrderId, PspStep.Sale, command.Connection, command.Amount);
        return runner.Run(context, operation, command.Credential, notAfter: command.NotAfter, routeLeft: command.RouteLeft);
    }
}

internal sealed class AuthorizeOrderConsumer(OperationRunner runner) : IConsumer<AuthorizeOrder>
{
    public Task Consume(ConsumeContext<AuthorizeOrder> context)
    {
        var command = context.Message;
        var operation = Proposed.Operation(
            command.OperationId, command.PaymentId, command.OrderId, PspStep.Authorize, command.Connection, command.Amount);
        return runner.Run(context, operation, command.Credential, notAfter: command.NotAfter, routeLeft: command.RouteLeft);
    }
}

internal sealed class CaptureOrderConsumer(OperationRunner runner) : IConsumer<CaptureOrder>
{
    public Task Consume(ConsumeContext<CaptureOrder> context)
    {
        var command = context.Message;
        var operation = Proposed.Operation(
            command.OperationId, command.PaymentId, command.OrderId, PspStep.Capture, command.Connection, command.Amount, command.PspReference);
        return runner.Run(context, operation, notAfter: command.NotAfter);
    }
}

internal sealed class ContinueOrderConsumer(OperationRunner runner) : IConsumer<ContinueOrder>
{
    public Task Consume(ConsumeContext<ContinueOrder> context) => runner.Continue(context, context.Message);
}

internal sealed class VoidOrderConsumer(OperationRunner runner) : IConsumer<VoidOrder>
{
    public Task Consume(ConsumeContext<VoidOrder> context)
    {
        var command = context.Message;
        var operation = Proposed.Operation(
            command.OperationId, command.PaymentId, command.OrderId, PspStep.Void, command.Connection, command.Amount, command.PspReference);
        return runner.Run(context, operation, undoes: command.Undoes);
    }
}

internal sealed class RefundOrderConsumer(OperationRunner runner) : IConsumer<RefundOrder>
{
    public Task Consume(ConsumeContext<RefundOrder> context)
    {
        var command = context.Message;
        var operation = Proposed.Operation(
            command.OperationId, command.PaymentId, command.OrderId, PspStep.Refund, command.Connection, command.Amount, command.PspReference);
        return runner.Run(context, operation, undoes: command.Undoes);
    }
}

internal sealed class ResolveOrderConsumer(OperationRunner runner) : IConsumer<ResolveOrder>
{
    public Task Consume(ConsumeContext<ResolveOrder> context) => runner.Resolve(context, context.Message);
}

internal static class Proposed
{
    /// <summary>The operation that a command describes, before anything is known of it.</summary>
    public static Operation Operation(
        string operationId,
        Ulid paymentId,
        string orderId,
        PspStep step,
        string connection,
        Money amount,
        string? targetReference = null) => new()
        {
            OperationId = operationId,
            PaymentId = paymentId.ToGuid(),
            OrderId = orderId,
            Step = step,
            Connection = connection,
            TargetReference = targetReference,
            AmountMinor = amount.Amount,
            Currency = amount.Currency.Code,
            State = OperationState.Sent,
        };
}
