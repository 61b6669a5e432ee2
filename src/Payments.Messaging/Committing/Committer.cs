using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Payments.Messaging;

/// <inheritdoc cref="ICommitter"/>
/// <remarks>
/// Group commit: what arrives while a group is being committed forms the next one. A group is one transaction of three
/// round trips (look up and load; write; commit), however many members it has.
/// </remarks>
internal sealed class Committer : ICommitter, IAsyncDisposable
{
    private readonly KeptConnection _connection;
    private readonly IServiceProvider _services;
    private readonly Persistence _persistence;
    private readonly OutboxSignal _outbox;
    private readonly TimeProvider _time;
    private readonly IWriter[] _writers;
    private readonly FrozenDictionary<Type, int> _writerOf;
    private readonly ConcurrentDictionary<Type, ILoads> _loads = new();
    private readonly Gathering _members;

    public Committer(
        NpgsqlDataSource dataSource,
        IEnumerable<IWriter> writers,
        IServiceProvider services,
        Persistence persistence,
        OutboxSignal outbox,
        GroupOptions groups,
        TimeProvider time)
    {
        _connection = new KeptConnection(dataSource);
        _services = services;
        _persistence = persistence;
        _outbox = outbox;
        _time = time;
        _writers = [.. writers];
        _writerOf = _writers.Index().ToFrozenDictionary(w => w.Item.WriteType, w => w.Index);
        _members = new Gathering(groups, time, CommitGroup);
    }

    public Task<CommitResult> Commit(Origin origin, Effects effects) =>
        Add(new DecidedMember(origin, effects, _time));

    public Task<CommitResult> Commit<TKey, TRows>(Origin origin, Decision<TKey, TRows> decision) =>
        Commit<TKey, TRows>(origin, decision.Key, rows => new ValueTask<Effects>(decision.Decide(rows)));

    public Task<CommitResult> Commit<TKey, TRows>(Origin origin, TKey key, Func<TRows, ValueTask<Effects>> decide) =>
        Add(new DecidingMember<TKey, TRows>(origin, key, decide, LoadsOf<TKey, TRows>()));

    public async ValueTask DisposeAsync()
    {
        if (await _members.Finish())
            await _connection.DisposeAsync();
    }

    private Task<CommitResult> Add(Member member)
    {
        _members.Add(member);
        return member.Settled;
    }

    private ILoads LoadsOf<TKey, TRows>() => _loads.GetOrAdd(
        typeof(ILoader<TKey, TRows>),
        static (_, services) => new Loads<TKey, TRows>(services.GetRequiredService<ILoader<TKey, TRows>>()),
        _services);

    private Task<bool> CommitGroup(ArraySegment<Member> members) =>
        _persistence.Persist(() => _connection.Use(connection => TryCommit(connection, members)));

    /// <summary>False when a guard did not hold: nothing is written then.</summary>
    private async Task<bool> TryCommit(NpgsqlConnection connection, ArraySegment<Member> members)
    {
        foreach (var member in members)
            member.Reset();
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        await GroupLoad.Load(connection, transaction, members);
        await Decide(members);

        var writing = members.Where(m => m.Effects is not null).ToArray();
        if (writing.Length > 0 && !await Write(connection, transaction, writing))
        {
            await transaction.RollbackAsync(CancellationToken.None);
            return false;
        }

        FaultPoints.Reach("before-commit");
        await transaction.CommitAsync(CancellationToken.None);
        FaultPoints.Reach("after-commit");
        if (writing.Any(m => m.Origin.Kind != OriginKind.Delivery && m.Messages.Count > 0))
            _outbox.Set();
        return true;
    }

    /// <summary>
    /// Decides one after the other. One that throws may have changed rows that others share: none of theirs counts, whether made
    /// before it or after.
    /// </summary>
    private async Task Decide(ArraySegment<Member> members)
    {
        var spoiled = new HashSet<object?>(ReferenceEqualityComparer.Instance);
        foreach (var member in members)
        {
            if (!spoiled.Contains(member.SharedRows) && !await member.Decide(_time) && member.SharedRows is { } rows)
                spoiled.Add(rows);
        }

        foreach (var member in members.Where(m => spoiled.Contains(m.SharedRows)))
            member.Retract();
    }

    private async Task<bool> Write(NpgsqlConnection connection, NpgsqlTransaction transaction, Member[] members)
    {
        await using var batch = new WriteBatch(connection, transaction);
        var deliveries = members.ToLookup(m => m.Origin.Kind == OriginKind.Delivery);
        Inbox.Add(batch, deliveries[true].Select(m => (m.Origin, m.Messages)));
        Outbox.Add(batch, [.. deliveries[false].SelectMany(m => m.Messages)]);

        var writes = new List<IWrite>?[_writers.Length];
        foreach (var write in members.SelectMany(m => m.Effects!.Writes))
            (writes[WriterOf(write)] ??= []).Add(write);
        for (var i = 0; i < writes.Length; i++)
        {
            if (writes[i] is { } ofWriter)
                _writers[i].Add(batch, ofWriter);
        }

        return await batch.Execute();
    }

    private int WriterOf(IWrite write) => _writerOf.TryGetValue(write.GetType(), out var index)
        ? index
        : throw new InvalidOperationException($"No writer is registered for {write.GetType().Name}.");
}
