using Payments.Contracts;
using Payments.Messaging;
using Payments.Wallets.Accounting;
using Payments.Wallets.Remembering;

namespace Payments.Wallets.Reversing;

/// <summary>What a <see cref="ReverseCredits"/> does.</summary>
internal static class ReversalDecision
{
    public static ReversalKey Key(ReverseCredits command) =>
        new(command.OperationId, command.Undoes, [.. command.Lines.Select(l => l.OrderId)]);

    public static Effects Decide(ReverseCredits command, ReversalRows rows)
    {
        var effects = new Effects(command.PaymentId);
        var request = Operation.Fingerprint(
            new { command.Undoes, Lines = command.Lines.OrderBy(l => l.OrderId, StringComparer.Ordinal) });
        if (rows.Operation is { } known)
            return Answer(effects, command, known.AnswerTo<ReversalAnswer>(command.PaymentId, Operation.Reversal, request));

        ThrowIfMalformed(command);
        if (rows.Undone is { } undone)
            undone.ThrowUnless(command.PaymentId, Operation.Credit);
        else
            effects.Write(Operation.Tombstone(command.Undoes, command.PaymentId));

        // Two lines may be of one account: what the first takes is no longer there for the second.
        var available = rows.Available.ToDictionary();
        var answer = new ReversalAnswer([.. command.Lines.Select(line => Reverse(effects, command, line, rows, available))]);
        effects.Write(
            Operation.Settled(command.OperationId, command.PaymentId, Operation.Reversal, request, answer));
        return Answer(effects, command, answer);
    }

    private static ReversedLine Reverse(
        Effects effects,
        ReverseCredits command,
        WalletLine line,
        ReversalRows rows,
        Dictionary<AccountKey, long> available)
    {
        var (fromLot, fromAvailable, owed) = (0L, 0L, 0L);
        if (rows.Lots.TryGetValue(line.OrderId, out var lot))
        {
            if (lot.Account != AccountKey.Of(line) || lot.Credited != line.Amount.Amount)
                throw new OperationMisusedException($"Order {line.OrderId} of payment {command.PaymentId} was credited otherwise.");
            var inAll = lot.Credited - lot.Reversed;
            fromLot = Math.Min(lot.Remaining, inAll);
            fromAvailable = Math.Min(available[lot.Account], inAll - fromLot);
            owed = inAll - fromLot - fromAvailable;
            available[lot.Account] -= fromAvailable;
            // What the lot covers does not depend on what is available.
            long? seen = fromLot < inAll ? rows.Available[lot.Account] : null;
            if (inAll > 0)
                Take(effects, command, lot, fromLot, fromAvailable, owed, seen);
        }

        var currency = line.Amount.Currency;
        return new ReversedLine(
            line.OrderId,
            line.SellerId,
            new Money(fromLot, currency),
            new Money(fromAvailable, currency),
            new Money(owed, currency));
    }

    private static void Take(
        Effects effects, ReverseCredits command, Lot lot, long fromLot, long fromAvailable, long owed, long? seenAvailable) =>
        effects
            .Write(new LotReversal(lot.PaymentId, lot.OrderId, fromLot, fromLot + fromAvailable + owed))
            .Write(new Entry(
                lot.Account,
                command.OperationId,
                command.PaymentId,
                lot.OrderId,
                Operation.Reversal,
                Pending: -fromLot,
                Available: -fromAvailable,
                Owed: owed,
                seenAvailable));

    private static Effects Answer(Effects effects, ReverseCredits command, ReversalAnswer answer) =>
        effects.Publish(new CreditsReversed
        {
            PaymentId = command.PaymentId,
            OperationId = command.OperationId,
            Lines = answer.Lines,
        });

    private static void ThrowIfMalformed(ReverseCredits command)
    {
        if (command.Undoes == command.OperationId)
            throw new OperationMisusedException($"Operation {command.OperationId} undoes itself.");
        if (command.Lines.DistinctBy(l => l.OrderId).Count() != command.Lines.Count)
            throw new OperationMisusedException($"Operation {command.OperationId} names an order twice.");
    }
}

/// <summary>The essentials of what a reversal was answered.</summary>
internal sealed record ReversalAnswer(IReadOnlyList<ReversedLine> Lines);
