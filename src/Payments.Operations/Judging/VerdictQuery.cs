using System.Collections.ObjectModel;
using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>Judges letters by what inboxes, intake, saga, executor and books say of them now.</summary>
internal sealed class VerdictQuery(IDbContextFactory<OpsByKeyContext> contexts, NpgsqlDataSource own)
{
    // No view shows the content of edits to operators.
    private const string ReadEdited = """
        SELECT DISTINCT ON (r.letter_id) r.letter_id, e.body
        FROM dead_letter_replay r
        JOIN dead_letter_edit e ON e.letter_id = r.letter_id AND e.edit_id = r.edit_id
        WHERE r.letter_id = ANY ($1) AND r.state <> 'withdrawn'
        ORDER BY r.letter_id, r.replay_id DESC
        """;

    /// <summary>Letters judged at once.</summary>
    public const int Chunk = 500;

    /// <summary>No message of ours is as large; of a larger body only what every letter has is known.</summary>
    private const int MaxBodyBytes = 256 * 1024;

    /// <summary>In the order of the ids; unknown ones are left out.</summary>
    /// <param name="letterIds">Which letters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="edited">Messages that would go out; null: those that the letters have, or are bound to by an edit.</param>
    public async Task<IReadOnlyList<DeadLetterVerdict>> Judge(
        IReadOnlyList<Ulid> letterIds, CancellationToken cancellationToken, IReadOnlyDictionary<Ulid, LetterMessage>? edited = null)
    {
        var verdicts = new List<DeadLetterVerdict>(letterIds.Count);
        foreach (var ids in letterIds.Chunk(Chunk))
            verdicts.AddRange(await JudgeChunk(ids, edited ?? await Edited(ids, cancellationToken), cancellationToken));
        return verdicts;
    }

    /// <summary>In the order of the ids; unknown ones are left out.</summary>
    public static async Task<IReadOnlyList<JudgedLetter>> ReadLetters(
        OpsContext ops, IReadOnlyList<Ulid> ids, CancellationToken cancellationToken,
        IReadOnlyDictionary<Ulid, LetterMessage>? edited = null)
    {
        var found = await ops.DeadLetters.Where(l => ids.Contains(l.LetterId))
            .Select(l => new LetterRow(
                l.LetterId, l.Endpoint, l.Reason, l.MessageId, l.MessageType, l.PaymentId, l.OrderIds, l.SellerIds, l.MerchantId,
                l.OperationId, l.FailedAt, l.CardNumbers, l.BodyBytes))
            .ToDictionaryAsync(l => l.LetterId, cancellationToken);
        var messages = await ReadMessages(
            ops, found.Values.Where(l => edited?.ContainsKey(l.LetterId) != true), cancellationToken);
        foreach (var (id, message) in (edited ?? ReadOnlyDictionary<Ulid, LetterMessage>.Empty).Where(e => found.ContainsKey(e.Key)))
        {
            messages[id] = message;
            // No masked card number is left in an edit.
            found[id] = found[id] with { CardNumbers = 0 };
        }

        return
        [
            .. ids.Distinct().Where(found.ContainsKey)
                .Select(id => JudgedLetter.Of(found[id], messages.GetValueOrDefault(id) ?? new LetterMessage())),
        ];
    }

    /// <summary>Of each body only what verdicts need is kept: never more than one is in memory.</summary>
    private static async Task<Dictionary<Ulid, LetterMessage>> ReadMessages(
        OpsContext ops, IEnumerable<LetterRow> letters, CancellationToken cancellationToken)
    {
        Ulid[] readable = [.. letters.Where(l => l.BodyBytes is > 0 and <= MaxBodyBytes).Select(l => l.LetterId)];
        var messages = new Dictionary<Ulid, LetterMessage>();
        var bodies = ops.DeadLetterContents.Where(c => readable.Contains(c.LetterId)).Select(c => new { c.LetterId, c.Body });
        await foreach (var content in bodies.AsAsyncEnumerable().WithCancellation(cancellationToken))
            messages.Add(content.LetterId, LetterMessage.Read(content.Body));
        return messages;
    }

    private async Task<IEnumerable<DeadLetterVerdict>> JudgeChunk(
        Ulid[] ids, IReadOnlyDictionary<Ulid, LetterMessage> edited, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        // Inbox, saga and books must not contradict each other.
        await using var snapshot = await ops.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var letters = await ReadLetters(ops, ids, cancellationToken, edited);
        var facts = await FactsQuery.Read(ops, letters, cancellationToken);
        return letters.Zip(facts, VerdictRules.Judge);
    }

    private async Task<Dictionary<Ulid, LetterMessage>> Edited(IEnumerable<Ulid> ids, CancellationToken cancellationToken)
    {
        await using var command = own.CreateCommand(ReadEdited);
        command.Parameters.Add(Sql.Value(ids.Select(i => i.ToGuid()).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var messages = new Dictionary<Ulid, LetterMessage>();
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(Ulid.FromGuid(reader.GetGuid(0)), LetterMessage.Read(reader.GetFieldValue<byte[]>(1)));
        return messages;
    }
}
