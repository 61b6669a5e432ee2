using System.Collections.Concurrent;
using MassTransit;
using Payments.Contracts;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>
/// Executor, wallets and ledger as the saga knows them: each operation has one truth, drawn from the seed, and is told at
/// once, late, twice, or only when asked. Keeps a book of what moved.
/// </summary>
internal sealed class SimulatedWorld(int seed)
{
    private readonly ConcurrentDictionary<string, Operation> _operations = new();

    public int Seed { get; } = seed;

    /// <summary>Per order: what the PSP took less what it gave back, in minor units.</summary>
    public ConcurrentDictionary<string, long> Taken { get; } = new();

    /// <summary>Per order: what the PSP holds.</summary>
    public ConcurrentDictionary<string, long> Held { get; } = new();

    /// <summary>Per order: what is in the seller's wallet.</summary>
    public ConcurrentDictionary<string, long> Credited { get; } = new();

    /// <summary>Per order: recorded as captured for the seller.</summary>
    public ConcurrentDictionary<string, long> Recorded { get; } = new();

    /// <summary>Per order: recorded as captured for nobody, not yet given back.</summary>
    public ConcurrentDictionary<string, long> Unallocated { get; } = new();

    /// <summary>A number from 0 to 99 that belongs to a name.</summary>
    public int Draw(string name, string purpose)
    {
        var hash = 17u + (uint)Seed;
        foreach (var letter in $"{purpose}:{name}")
            hash = unchecked((hash ^ letter) * 16777619u);
        hash ^= hash >> 15;
        hash = unchecked(hash * 2246822519u);
        hash ^= hash >> 13;
        return (int)(hash % 100);
    }

    /// <summary>Charges, authorizations and refunds that came while an earlier one of their order had, or could have, moved money.</summary>
    public ConcurrentQueue<string> SecondAttempts { get; } = new();

    /// <summary>Orders that were tried at another connection.</summary>
    public int FailedOver;

    public async Task Execute(
        ConsumeContext context, string step, Ulid paymentId, string orderId, string operationId, Money amount, string connection)
    {
        if (step is "charge" or "authorize" or "refund" && !_operations.ContainsKey(operationId))
            Judge(operationId, step == "refund" ? null : connection);
        var operation = _operations.GetOrAdd(operationId, _ => Decide(step, paymentId, orderId, operationId, amount, connection));
        await Tell(context, operation, asked: false);
    }

    /// <summary>The executor's answer to a question; an operation that never came is left to come, or buried.</summary>
    public async Task Resolve(ConsumeContext context, ResolveOrder question)
    {
        if (_operations.TryGetValue(question.OperationId, out var operation))
        {
            await Tell(context, operation, asked: true);
            return;
        }

        _operations.TryAdd(question.OperationId, new Operation(question.PaymentId, question.OrderId, question.OperationId, "abandoned", new OperationAbandoned
        {
            PaymentId = question.PaymentId,
            OrderId = question.OrderId,
            OperationId = question.OperationId,
        }));
        await Tell(context, _operations[question.OperationId], asked: true);
    }

    public Task Credit(ConsumeContext context, CreditWallets command) => Batch(
        context, command.OperationId, command.Lines.Select(l => l.OrderId), command.Atomic, 8, "credit",
        orderId => Credited[Key(command.PaymentId, orderId)] = command.Lines.Single(l => l.OrderId == orderId).Amount.Amount,
        (done, rejected) => rejected.Count == 0
            ? new WalletsCredited { PaymentId = command.PaymentId, OperationId = command.OperationId }
            : new CreditRejected { PaymentId = command.PaymentId, OperationId = command.OperationId, Credited = done, Rejected = rejected });

    public Task Reverse(ConsumeContext context, ReverseCredits command) => Batch(
        context, command.OperationId, command.Lines.Select(l => l.OrderId), true, 0, "reverse",
        orderId => Credited[Key(command.PaymentId, orderId)] = 0,
        (_, _) => new CreditsReversed { PaymentId = command.PaymentId, OperationId = command.OperationId, Lines = [] });

    public Task Record(ConsumeContext context, RecordJournal command) => Batch(
        context, command.OperationId, command.Lines.Select(l => l.OrderId), command.Atomic, command.Kind == JournalKind.Capture ? 8 : 0, "record",
        orderId => Post(command, orderId),
        (done, rejected) => rejected.Count == 0
            ? new JournalRecorded { PaymentId = command.PaymentId, OperationId = command.OperationId, Kind = command.Kind }
            : new JournalRejected { PaymentId = command.PaymentId, OperationId = command.OperationId, Kind = command.Kind, Recorded = done, Rejected = rejected });

    public static string Key(Ulid paymentId, string orderId) => $"{paymentId}/{orderId}";

    private void Post(RecordJournal command, string orderId)
    {
        var gross = command.Lines.Single(l => l.OrderId == orderId).Gross.Amount;
        var key = Key(command.PaymentId, orderId);
        switch (command.Kind)
        {
            case JournalKind.Capture: Recorded.AddOrUpdate(key, gross, (_, v) => v + gross); break;
            case JournalKind.CaptureUnallocated: Unallocated.AddOrUpdate(key, gross, (_, v) => v + gross); break;
            case JournalKind.RefundUnallocated: Unallocated.AddOrUpdate(key, -gross, (_, v) => v - gross); break;
            default: throw new InvalidOperationException($"The saga does not send {command.Kind}.");
        }
    }

    private async Task Batch(
        ConsumeContext context,
        string operationId,
        IEnumerable<string> orders,
        bool atomic,
        int rejectPercent,
        string purpose,
        Action<string> apply,
        Func<IReadOnlyList<string>, IReadOnlyList<LineRejection>, object> answer)
    {
        var all = orders.ToArray();
        var operation = _operations.GetOrAdd(operationId, _ =>
        {
            var rejected = all.Where(o => Draw($"{operationId}/{o}", purpose) < rejectPercent).ToArray();
            string[] done = atomic && rejected.Length > 0 ? [] : [.. all.Except(rejected)];
            foreach (var order in done)
                apply(order);
            return new Operation(default, "", operationId, purpose, answer(done, [.. rejected.Select(r => new LineRejection(r, "simulated"))]));
        });
        // A silent batch answers when it is sent again.
        var count = Interlocked.Increment(ref operation.Deliveries);
        if (Draw(operationId, "silent") < 10 && count == 1)
            return;
        await context.Publish(operation.Answer, operation.Answer.GetType());
        if (Draw(operationId, "twice") < 15)
            await context.Publish(operation.Answer, operation.Answer.GetType());
    }

    private async Task Tell(ConsumeContext context, Operation operation, bool asked)
    {
        var count = Interlocked.Increment(ref operation.Deliveries);
        var style = Draw(operation.OperationId, "style");
        if (!asked && style < 8)
            return;
        if (style is >= 8 and < 22 && count < 3)
        {
            await context.Publish(new OrderInDoubt
            {
                PaymentId = operation.PaymentId,
                OrderId = operation.OrderId,
                OperationId = operation.OperationId,
                Reason = "simulated",
            });
            return;
        }

        // Adyen's captures, voids and refunds are answered by webhook: a question brings nothing before it came.
        var byWebhook = operation.Connection == "adyen-eu" && operation.Step is "capture" or "void" or "refund";
        if ((style is >= 22 and < 28 && count < 2) || (byWebhook && count < 2 + (style % 3)))
        {
            await context.Publish(new OrderPending
            {
                PaymentId = operation.PaymentId,
                OrderId = operation.OrderId,
                OperationId = operation.OperationId,
            });
            return;
        }

        operation.IsTold = true;
        await context.Publish(operation.Answer, operation.Answer.GetType());
        if (style > 85)
            await context.Publish(operation.Answer, operation.Answer.GetType());
    }

    /// <summary>Every attempt before this one must have been told to be over, without money, and elsewhere, where it can be.</summary>
    private void Judge(string operationId, string? connection)
    {
        var cut = operationId.LastIndexOf('/');
        for (var n = int.Parse(operationId[(cut + 1)..]) - 1; n > 0; n--)
        {
            if (connection is not null)
                Interlocked.Increment(ref FailedOver);
            var isOver = _operations.TryGetValue($"{operationId[..cut]}/{n}", out var earlier)
                && earlier.IsTold
                && (connection is null
                    ? earlier.Answer is OrderNotAttempted or OperationAbandoned or RefundFailed
                    : earlier.Answer is OrderNotAttempted or OrderDeclined { Hard: false } && earlier.Connection != connection);
            if (!isOver)
                SecondAttempts.Enqueue($"{operationId} at {connection} after {earlier?.Answer ?? "nothing"}");
        }
    }

    private Operation Decide(
        string step, Ulid paymentId, string orderId, string operationId, Money amount, string connection)
    {
        var key = Key(paymentId, orderId);
        var luck = Draw(operationId, "luck");
        object answer = step switch
        {
            "charge" or "authorize" when luck < 12 => new OrderDeclined
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                Hard = luck < 6,
                Reason = "simulated",
            },
            "charge" or "authorize" when luck < 18 => new OrderActionRequired
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                PspReference = $"pi/{operationId}",
            },
            _ when luck is >= 18 and < 26 => new OrderNotAttempted
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                Reason = "simulated",
            },
            "charge" => Move(Taken, key, amount.Amount, Captured(paymentId, orderId, operationId, amount)),
            "authorize" => Move(Held, key, amount.Amount, new OrderAuthorized
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                PspReference = $"pi/{operationId}",
                Amount = amount,
            }),
            "capture" when luck < 10 => new CaptureRefused
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                Reason = "simulated",
            },
            "capture" => Move(Held, key, -amount.Amount, Move(Taken, key, amount.Amount, Captured(paymentId, orderId, operationId, amount))),
            "void" when luck < 6 => new VoidRefused
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                Refusal = VoidRefusal.Refused,
                Reason = "simulated",
            },
            "void" => Release(key, new OrderVoided { PaymentId = paymentId, OrderId = orderId, OperationId = operationId }),
            "refund" when luck < 10 => new RefundFailed
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                ForNow = luck < 6,
                Reason = "simulated",
            },
            "refund" => Move(Taken, key, -amount.Amount, new OrderRefunded
            {
                PaymentId = paymentId,
                OrderId = orderId,
                OperationId = operationId,
                Amount = amount,
            }),
            _ => throw new InvalidOperationException($"The saga does not send {step}."),
        };
        return new Operation(paymentId, orderId, operationId, step, answer, connection);
    }

    private static OrderCaptured Captured(Ulid paymentId, string orderId, string operationId, Money amount) => new()
    {
        PaymentId = paymentId,
        OrderId = orderId,
        OperationId = operationId,
        PspReference = $"pi/{operationId}",
        Amount = amount,
    };

    private static object Move(ConcurrentDictionary<string, long> book, string key, long amount, object answer)
    {
        book.AddOrUpdate(key, amount, (_, v) => v + amount);
        return answer;
    }

    private object Release(string key, object answer)
    {
        Held[key] = 0;
        return answer;
    }

    private sealed class Operation(
        Ulid paymentId, string orderId, string operationId, string step, object answer, string connection = "")
    {
        public int Deliveries;

        public Ulid PaymentId { get; } = paymentId;

        public string OrderId { get; } = orderId;

        public string OperationId { get; } = operationId;

        public string Step { get; } = step;

        public object Answer { get; } = answer;

        public string Connection { get; } = connection;

        public bool IsTold { get; set; }
    }
}
