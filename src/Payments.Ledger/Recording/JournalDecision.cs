using Payments.Contracts;
using Payments.Ledger.Remembering;
using Payments.Messaging;

namespace Payments.Ledger.Recording;

/// <summary>What a <see cref="RecordJournal"/> does.</summary>
internal static class JournalDecision
{
    public const string AccountBlocked = "account_blocked";
    public const string InvalidLine = "invalid_line";

    public static JournalKey Key(RecordJournal command) => new(
        command.OperationId,
        [
            .. command.Lines.Where(IsValid)
                .SelectMany(l => PostingTemplates.Postings(command.Kind, l))
                .Select(p => p.Account)
                .Distinct(),
        ]);

    public static Effects Decide(RecordJournal command, JournalRows rows)
    {
        var effects = new Effects(command.PaymentId);
        if (rows.Operation is { } known)
            return Answer(effects, command, known.AnswerTo(command));

        if (command.Lines.DistinctBy(l => l.OrderId).Count() != command.Lines.Count)
            throw new OperationMisusedException($"Operation {command.OperationId} names an order twice.");
        var rejected = (from line in command.Lines
                        let reason = Refusal(command.Kind, line, rows.Blocks)
                        where reason is not null
                        select new LineRejection(line.OrderId, reason)).ToArray();
        JournalLine[] recorded = command.Atomic && rejected.Length > 0
            ? []
            : [.. command.Lines.ExceptBy(rejected.Select(r => r.OrderId), l => l.OrderId)];
        var answer = new JournalAnswer([.. recorded.Select(l => l.OrderId)], rejected);

        effects.Write(Operation.Settled(command, answer));
        foreach (var line in recorded)
        {
            effects.Write(new Journal(
                Ulid.NewUlid(),
                command.PaymentId,
                line.OrderId,
                command.OperationId,
                command.Kind,
                PostingTemplates.Postings(command.Kind, line)));
        }

        return Answer(effects, command, answer);
    }

    private static string? Refusal(JournalKind kind, JournalLine line, IReadOnlyList<Block> blocks)
    {
        if (!IsValid(line))
            return InvalidLine;
        return PostingTemplates.Postings(kind, line).Any(p => blocks.Any(b => b.Covers(p))) ? AccountBlocked : null;
    }

    private static bool IsValid(JournalLine line) =>
        !string.IsNullOrWhiteSpace(line.SellerId)
        && !string.IsNullOrWhiteSpace(line.Connection)
        && line.Gross.Currency == line.Fee.Currency
        && line.Gross.IsPositive
        && !line.Fee.IsNegative
        && line.Fee <= line.Gross;

    private static Effects Answer(Effects effects, RecordJournal command, JournalAnswer answer) =>
        answer.Rejected.Count == 0
            ? effects.Publish(new JournalRecorded
            {
                PaymentId = command.PaymentId,
                OperationId = command.OperationId,
                Kind = command.Kind,
            })
            : effects.Publish(new JournalRejected
            {
                PaymentId = command.PaymentId,
                OperationId = command.OperationId,
                Kind = command.Kind,
                Recorded = answer.Recorded,
                Rejected = answer.Rejected,
            });
}
