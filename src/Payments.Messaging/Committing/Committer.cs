using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Payments.Messaging;

/// <inheritdoc cref="ICommitter"/>
/// <remarks>Groups have one member so far: every commit is a transaction of its own.</remarks>
internal sealed class Committer(
    NpgsqlDataSource dataSource,
    IEnumerable<IWriter> writers,
    IServiceProvider services,
    Persistence persistence,
    OutboxSignal outbox,
    TimeProvider time) : ICommitter
{
    private readonly IWriter[] _writers = [.. writers];

    public Task<CommitResult> Commit(Origin origin, Effects effects)
    {
        // Sealed once: a commit whose result is unknown is submitted again with the same ids and bytes.
        var messages = Seal(origin, effects);
        return persistence.Persist(() => InTransaction(async (connection, transaction) =>
            await Write(connection, transaction, origin, effects, messages)
                ? new CommitResult(CommitKind.Committed, messages)
                : null, origin));
    }

    public Task<CommitResult> Commit<TKey, TRows>(Origin origin, Decision<TKey, TRows> decision)
    {
        var loader = services.GetRequiredService<ILoader<TKey, TRows>>();
        return persistence.Persist(() => InTransaction(async (connection, transaction) =>
        {
            if (await Inbox.Find(connection, origin) is { } remembered)
                return remembered;

            var rows = await loader.Load(connection, [decision.Key]);
            var effects = decision.Decide(rows[0]);
            var messages = Seal(origin, effects);
            return await Write(connection, transaction, origin, effects, messages)
                ? new CommitResult(CommitKind.Committed, messages)
                : null;
        }, origin));
    }

    private async Task<CommitResult> InTransaction(
        Func<NpgsqlConnection, NpgsqlTransaction, Task<CommitResult?>> work, Origin origin)
    {
        await using var connection = await dataSource.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        var result = await work(connection, transaction);
        if (result is { Kind: CommitKind.Committed })
        {
            await transaction.CommitAsync(CancellationToken.None);
            if (origin.Kind != OriginKind.Delivery && result.Messages.Count > 0)
                outbox.Set();
            return result;
        }

        await transaction.RollbackAsync(CancellationToken.None);
        // A guard failed. Whoever was first may have settled this very delivery, which a new snapshot can see.
        return result ?? await Inbox.Find(connection, origin) ?? CommitResult.Clash;
    }

    private async Task<bool> Write(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        Origin origin,
        Effects effects,
        IReadOnlyList<OutgoingMessage> messages)
    {
        await using var batch = new WriteBatch(connection, transaction);
        if (origin.Kind == OriginKind.Delivery)
            Inbox.Add(batch, origin, messages);
        else
            Outbox.Add(batch, messages);

        foreach (var group in effects.Writes.GroupBy(w => w.GetType()).OrderBy(g => WriterOf(g.Key)))
            _writers[WriterOf(group.Key)].Add(batch, [.. group]);

        return await batch.Execute();
    }

    private int WriterOf(Type writeType)
    {
        var index = Array.FindIndex(_writers, w => w.WriteType == writeType);
        return index >= 0 ? index : throw new InvalidOperationException($"No writer is registered for {writeType.Name}.");
    }

    private OutgoingMessage[] Seal(Origin origin, Effects effects) =>
        [.. effects.Messages.Select(m => Envelope.Seal(m, origin, time))];
}
