using Npgsql;

namespace Payments.Messaging;

/// <summary>How one kind of rows is loaded for the members of a group that want it.</summary>
internal interface ILoads
{
    RowLock? LockFirst(IReadOnlyList<Member> members);

    void AddCommands(NpgsqlBatch batch, IReadOnlyList<Member> members);

    Task Read(NpgsqlDataReader reader, IReadOnlyList<Member> members);
}

/// <inheritdoc/>
internal sealed class Loads<TKey, TRows>(ILoader<TKey, TRows> loader) : ILoads
{
    public RowLock? LockFirst(IReadOnlyList<Member> members) => loader.LockFirst(Keys(members));

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<Member> members) =>
        loader.AddCommands(batch, Keys(members));

    public async Task Read(NpgsqlDataReader reader, IReadOnlyList<Member> members)
    {
        var rows = await loader.Read(reader, Keys(members));
        for (var i = 0; i < members.Count; i++)
        {
            var member = (DecidingMember<TKey, TRows>)members[i];
            member.Rows = rows[i];
            member.SharedRows = loader.SharesRows ? rows[i] : null;
        }
    }

    private static TKey[] Keys(IReadOnlyList<Member> members)
    {
        var keys = new TKey[members.Count];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = ((DecidingMember<TKey, TRows>)members[i]).Key;
        return keys;
    }
}

/// <summary>Looks a group up in the inbox and loads its rows, in one round trip.</summary>
internal static class GroupLoad
{
    public static async Task Load(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Member> members)
    {
        var deliveries = members.Where(m => m.Origin.Kind == OriginKind.Delivery).ToArray();
        var kinds = members.Where(m => m.Loads is not null).GroupBy(m => m.Loads!).Select(g => (Loads: g.Key, Members: g.ToArray())).ToArray();
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (deliveries.Length > 0)
            Inbox.AddLookup(batch, deliveries);
        var locks = kinds.Select(k => k.Loads.LockFirst(k.Members)).OfType<RowLock>().GroupBy(l => l.Sql, l => l.Keys)
            .Where(ofRows => ofRows.Count() > 1).ToArray();
        foreach (var ofRows in locks)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ofRows.Key) { Parameters = { Sql.Value(ofRows.SelectMany(k => k).Distinct().ToArray()) } });
        foreach (var (loads, ofKind) in kinds)
            loads.AddCommands(batch, ofKind);
        if (batch.BatchCommands.Count == 0)
            return;

        var known = new Dictionary<(Guid MessageId, string Consumer), int>();
        await using (var reader = await batch.ExecuteReaderAsync(CancellationToken.None))
        {
            if (deliveries.Length > 0)
            {
                await Inbox.ReadLookup(reader, known);
                await reader.NextResultAsync(CancellationToken.None);
            }

            for (var i = 0; i < locks.Length; i++)
                await reader.NextResultAsync(CancellationToken.None);
            foreach (var (loads, ofKind) in kinds)
            {
                await loads.Read(reader, ofKind);
                await reader.NextResultAsync(CancellationToken.None);
            }
        }

        // Few, as a rule none: what was said then is read only now.
        foreach (var member in deliveries)
        {
            if (known.TryGetValue((member.Origin.MessageId, member.Origin.Consumer), out var sent))
                await Inbox.Recall(connection, transaction, member, sent);
        }
    }
}
