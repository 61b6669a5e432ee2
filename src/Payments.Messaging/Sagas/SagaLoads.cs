using MassTransit;
using Npgsql;

namespace Payments.Messaging;

/// <summary>Gathers the loads of sagas that messages have come for, each with its look into the inbox.</summary>
internal sealed class SagaLoads<TSaga> : IAsyncDisposable
    where TSaga : class, ISaga
{
    private readonly KeptConnection _connection;
    private readonly Persistence _persistence;
    private readonly Loads<SagaKey, Loaded<TSaga>> _loads;
    private readonly Gathering<Member> _members;

    public SagaLoads(
        NpgsqlDataSource dataSource,
        ISagaStore<TSaga> store,
        Persistence persistence,
        GroupOptions groups,
        Committer committer)
    {
        _connection = new KeptConnection(dataSource);
        _persistence = persistence;
        _loads = new Loads<SagaKey, Loaded<TSaga>>(store);
        _members = new Gathering<Member>(groups.ForLoads(), LoadAll, () => committer.Current);
    }

    /// <summary>What was said when the delivery was settled before, or else the saga.</summary>
    public Task<(CommitResult? Remembered, Loaded<TSaga> Loaded)> Load(Origin origin, SagaKey key)
    {
        var member = new Member(origin, key, _loads);
        _members.Add(member);
        return member.Done;
    }

    public async ValueTask DisposeAsync()
    {
        await _members.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private Task<bool> LoadAll(ArraySegment<Member> members) => _persistence.Persist(() => _connection.Use(async connection =>
    {
        await GroupLoad.Load(connection, null, members);
        return true;
    }));

    private sealed class Member(Origin origin, SagaKey key, ILoads loads) : ILoading<SagaKey, Loaded<TSaga>>
    {
        private readonly TaskCompletionSource<(CommitResult? Remembered, Loaded<TSaga> Loaded)> _done =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(CommitResult? Remembered, Loaded<TSaga> Loaded)> Done => _done.Task;

        public Origin Origin => origin;

        public SagaKey Key => key;

        public ILoads Loads => loads;

        public CommitResult? Remembered { get; set; }

        public Exception? Failure { get; set; }

        public Loaded<TSaga> Rows { private get; set; } = null!;

        public void Complete()
        {
            if (Failure is { } failure)
                _done.SetException(failure);
            else
                _done.SetResult((Remembered, Rows));
        }

        public void Clash() => throw new InvalidOperationException("Reading has nothing to clash with.");

        public void Fail(Exception exception) => _done.SetException(exception);
    }
}
