using Payments.Contracts;
using Payments.Messaging;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Paying;

/// <summary>A command and the queue it goes to.</summary>
internal sealed record Command(object Message, string Queue);

/// <summary>Commands as a function of the state: what was sent can be sent again, letter for letter.</summary>
internal static class PaymentCommands
{
    /// <summary>Moves the order to a new operation. Recorded before it is sent, undos above all.</summary>
    public static Command Begin(PaymentState payment, OrderState order, OrderStatus step, RoutingTable routing)
    {
        if (order.IsAwaited && order.Doubt is Doubt.InDoubt or Doubt.Pending)
            throw new InvalidOperationException($"Order '{order.OrderId}' is {order.Status}, {order.Doubt}: resolve first.");

        var operation = $"{payment.PaymentId}/{order.OrderId}/{NameOf(step)}/";
        var isRepeated = order.OperationId?.StartsWith(operation, StringComparison.Ordinal) == true;
        order.Attempt = isRepeated ? order.Attempt + 1 : 1;
        order.Status = step;
        order.OperationId = $"{operation}{order.Attempt}";
        order.CommandId = Ulid.NewUlid();
        order.Looks = 0;
        order.NotAfter = step switch
        {
            OrderStatus.Charging or OrderStatus.Authorizing => payment.Now + PaymentDeadlines.NotAfter,
            OrderStatus.Capturing => payment.Now + PaymentDeadlines.CaptureNotAfter,
            _ => null,
        };
        if (step is OrderStatus.Charging or OrderStatus.Authorizing)
        {
            order.ForwardOperationId = order.OperationId;
            // That of a connection tried before would be undone at this one.
            order.PspReference = null;
        }

        return Current(payment, order, routing);
    }

    /// <summary>The command of the operation that the order waits for.</summary>
    public static Command Current(PaymentState payment, OrderState order, RoutingTable routing)
    {
        var connection = order.Connection!;
        return order.Status switch
        {
            OrderStatus.Charging => new Command(
                new ChargeOrder
                {
                    PaymentId = payment.PaymentId,
                    OrderId = order.OrderId,
                    OperationId = order.OperationId!,
                    Connection = connection,
                    Amount = payment.Of(order.AmountMinor),
                    Credential = CredentialFor(payment, connection, routing),
                    Description = order.Description,
                    RouteLeft = PaymentRouting.IsRouteLeft(payment, order, routing),
                    NotAfter = order.NotAfter!.Value,
                },
                Routes.Executor(connection)),
            OrderStatus.Authorizing => new Command(
                new AuthorizeOrder
                {
                    PaymentId = payment.PaymentId,
                    OrderId = order.OrderId,
                    OperationId = order.OperationId!,
                    Connection = connection,
                    Amount = payment.Of(order.AmountMinor),
                    Credential = CredentialFor(payment, connection, routing),
                    Description = order.Description,
                    RouteLeft = PaymentRouting.IsRouteLeft(payment, order, routing),
                    NotAfter = order.NotAfter!.Value,
                },
                Routes.Executor(connection)),
            OrderStatus.Capturing => new Command(
                new CaptureOrder
                {
                    PaymentId = payment.PaymentId,
                    OrderId = order.OrderId,
                    OperationId = order.OperationId!,
                    Connection = connection,
                    PspReference = order.PspReference!,
                    Amount = payment.Of(order.AmountMinor),
                    NotAfter = order.NotAfter!.Value,
                },
                Routes.Executor(connection)),
            OrderStatus.Voiding => new Command(
                new VoidOrder
                {
                    PaymentId = payment.PaymentId,
                    OrderId = order.OrderId,
                    OperationId = order.OperationId!,
                    Undoes = order.ForwardOperationId!,
                    Connection = connection,
                    PspReference = order.PspReference,
                    Amount = payment.Of(order.AmountMinor),
                },
                Routes.ExecutorControl(connection)),
            OrderStatus.Refunding => new Command(
                new RefundOrder
                {
                    PaymentId = payment.PaymentId,
                    OrderId = order.OrderId,
                    OperationId = order.OperationId!,
                    Undoes = order.ForwardOperationId!,
                    Connection = connection,
                    PspReference = order.PspReference!,
                    Amount = payment.Of(order.AmountMinor),
                },
                Routes.ExecutorControl(connection)),
            _ => throw new InvalidOperationException($"Order '{order.OrderId}' is {order.Status} and waits for no PSP."),
        };
    }

    /// <summary>The question what became of the operation that the order waits for.</summary>
    public static Command Ask(PaymentState payment, OrderState order) => new(
        new ResolveOrder
        {
            PaymentId = payment.PaymentId,
            OrderId = order.OrderId,
            OperationId = order.OperationId!,
            Connection = order.Connection!,
            Amount = payment.Of(order.AmountMinor),
            // Undos always go forward; what is being turned back must not be charged by asking.
            Forward = !payment.IsTurnedBack || order.Status is OrderStatus.Voiding or OrderStatus.Refunding,
            Look = order.Looks,
            NotAfter = order.NotAfter,
        },
        Routes.ExecutorControl(order.Connection!));

    /// <summary>Moves the orders to a new batch of the given step.</summary>
    public static Command BeginBatch(PaymentState payment, OrderStatus step, IReadOnlyList<OrderState> orders)
    {
        payment.Batch++;
        payment.StepOperationId = $"{payment.PaymentId}/{NameOf(step)}/{payment.Batch}";
        payment.StepMessageId = Ulid.NewUlid();
        foreach (var order in orders)
        {
            order.Status = step;
            if (step == OrderStatus.Crediting)
                order.Batch = payment.Batch;
        }

        return CurrentBatch(payment);
    }

    /// <summary>The command of the batch that was sent last.</summary>
    public static Command CurrentBatch(PaymentState payment)
    {
        var batch = payment.Orders.Where(o => IsInBatch(o.Status)).ToArray();
        return batch[0].Status switch
        {
            OrderStatus.Crediting => new Command(
                new CreditWallets
                {
                    PaymentId = payment.PaymentId,
                    OperationId = payment.StepOperationId!,
                    Atomic = payment.Policy == FulfilmentPolicy.AllOrNothing,
                    Lines = WalletLines(payment, batch),
                },
                Routes.Wallets),
            OrderStatus.Reversing => new Command(
                new ReverseCredits
                {
                    PaymentId = payment.PaymentId,
                    OperationId = payment.StepOperationId!,
                    Undoes = $"{payment.PaymentId}/{NameOf(OrderStatus.Crediting)}/{batch[0].Batch}",
                    Lines = WalletLines(payment, batch),
                },
                Routes.Wallets),
            OrderStatus.Recording => Journal(payment, batch, JournalKind.Capture),
            OrderStatus.Unallocating => Journal(payment, batch, JournalKind.CaptureUnallocated),
            OrderStatus.RecordingRefund => Journal(payment, batch, JournalKind.RefundUnallocated),
            var status => throw new InvalidOperationException($"{status} is no batch."),
        };
    }

    private static bool IsInBatch(OrderStatus status) => status is OrderStatus.Crediting or OrderStatus.Reversing
        or OrderStatus.Recording or OrderStatus.Unallocating or OrderStatus.RecordingRefund;

    private static Command Journal(PaymentState payment, IEnumerable<OrderState> batch, JournalKind kind) => new(
        new RecordJournal
        {
            PaymentId = payment.PaymentId,
            OperationId = payment.StepOperationId!,
            Kind = kind,
            Atomic = payment.Policy == FulfilmentPolicy.AllOrNothing,
            Lines = [.. batch.Select(o => new JournalLine(
                o.OrderId, o.SellerId, o.Connection!, payment.Of(o.AmountMinor), payment.Of(o.FeeMinor)))],
        },
        Routes.Ledger);

    private static WalletLine[] WalletLines(PaymentState payment, IEnumerable<OrderState> batch) =>
        [.. batch.Select(o => new WalletLine(o.OrderId, o.SellerId, payment.Of(o.AmountMinor - o.FeeMinor)))];

    private static Credential CredentialFor(PaymentState payment, string connection, RoutingTable routing)
    {
        var psp = routing.PspOf(connection);
        return payment.PaymentMethod!.Credentials.First(c => c.Psp == psp);
    }

    private static string NameOf(OrderStatus step) => step switch
    {
        OrderStatus.Charging => "charge",
        OrderStatus.Authorizing => "authorize",
        OrderStatus.Capturing => "capture",
        OrderStatus.Voiding => "void",
        OrderStatus.Refunding => "refund",
        OrderStatus.Crediting => "credit",
        OrderStatus.Reversing => "reverse-credit",
        OrderStatus.Recording => "journal-capture",
        OrderStatus.Unallocating => "journal-unallocated",
        OrderStatus.RecordingRefund => "journal-refund",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Nothing is sent for this status."),
    };
}
