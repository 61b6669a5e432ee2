using Payments.Contracts;
using Payments.Messaging;
using Payments.Wallets.Accounting;
using Payments.Wallets.Remembering;

namespace Payments.Wallets.Crediting;

/// <summary>What a <see cref="CreditWallets"/> does.</summary>
internal static class CreditDecision
{
    public const string NotAfterPassed = "not_after_passed";
    public const string AccountClosed = "account_closed";
    public const string CurrencyNotEnabled = "currency_not_enabled";

    public static CreditKey Key(CreditWallets command) =>
        new(command.OperationId, [.. command.Lines.Select(l => l.SellerId).Distinct()]);

    public static Effects Decide(CreditWallets command, CreditRows rows)
    {
        var effects = new Effects(command.PaymentId);
        var request = Operation.Fingerprint(
            new { command.Atomic, Lines = command.Lines.OrderBy(l => l.OrderId, StringComparer.Ordinal) });
        if (rows.Operation is { IsTombstone: true } tombstone)
            return Abandon(effects, command, tombstone);
        if (rows.Operation is { } known)
            return Answer(effects, command, known.AnswerTo<CreditAnswer>(command.PaymentId, Operation.Credit, request));

        ThrowIfMalformed(command);
        var rejected = (from line in command.Lines
                        let reason = Refusal(line, command.NotAfter, rows)
                        where reason is not null
                        select new LineRejection(line.OrderId, reason)).ToArray();
        WalletLine[] credited = command.Atomic && rejected.Length > 0
            ? []
            : [.. command.Lines.ExceptBy(rejected.Select(r => r.OrderId), l => l.OrderId)];
        var answer = new CreditAnswer([.. credited.Select(l => l.OrderId)], rejected);

        effects.Write(
            Operation.Settled(command.OperationId, command.PaymentId, Operation.Credit, request, answer));
        foreach (var line in credited)
            Credit(effects, command, line);
        return Answer(effects, command, answer);
    }

    private static string? Refusal(WalletLine line, DateTimeOffset? notAfter, CreditRows rows)
    {
        if (rows.Now > notAfter)
            return NotAfterPassed;
        if (!rows.Sellers.TryGetValue(line.SellerId, out var seller))
            return null;
        if (seller.Closed)
            return AccountClosed;
        return seller.Currencies?.Contains(line.Amount.Currency.Code) == false ? CurrencyNotEnabled : null;
    }

    private static void Credit(Effects effects, CreditWallets command, WalletLine line)
    {
        var account = AccountKey.Of(line);
        var amount = line.Amount.Amount;
        effects
            .Write(new Lot(command.PaymentId, line.OrderId, command.OperationId, account, amount, amount, Reversed: 0))
            .Write(new Entry(
                account,
                command.OperationId,
                command.PaymentId,
                line.OrderId,
                Operation.Credit,
                Pending: amount,
                Available: 0,
                Owed: 0));
    }

    private static Effects Answer(Effects effects, CreditWallets command, CreditAnswer answer) =>
        answer.Rejected.Count == 0
            ? effects.Publish(new WalletsCredited
            {
                PaymentId = command.PaymentId,
                OperationId = command.OperationId,
            })
            : effects.Publish(new CreditRejected
            {
                PaymentId = command.PaymentId,
                OperationId = command.OperationId,
                Credited = answer.Credited,
                Rejected = answer.Rejected,
            });

    private static Effects Abandon(Effects effects, CreditWallets command, Operation tombstone)
    {
        tombstone.ThrowUnless(command.PaymentId, Operation.Credit);
        return effects.Publish(
            new OperationAbandoned { PaymentId = command.PaymentId, OperationId = command.OperationId });
    }

    private static void ThrowIfMalformed(CreditWallets command)
    {
        if (command.Lines.DistinctBy(l => l.OrderId).Count() != command.Lines.Count)
            throw new OperationMisusedException($"Operation {command.OperationId} names an order twice.");
        if (command.Lines.Any(l => l.Amount.IsNegative))
            throw new OperationMisusedException($"Operation {command.OperationId} credits a negative amount.");
    }
}

/// <summary>The essentials of what a credit was answered.</summary>
internal sealed record CreditAnswer(IReadOnlyList<string> Credited, IReadOnlyList<LineRejection> Rejected);
