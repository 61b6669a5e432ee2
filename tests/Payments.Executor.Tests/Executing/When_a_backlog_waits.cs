using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Psp;
using Payments.Executor.Tests.Psp;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Executor.Tests.Executing;

/// <summary>
/// A breaker has closed, and what waited behind it goes out: on the real database, at a connection that no other test knows, without
/// the broker. Ten places, of which half are for what waits.
/// </summary>
[Collection(ExecutorProcess.Name)]
public sealed class When_a_backlog_waits : IAsyncLifetime, IDisposable
{
    private const int Most = 200;

    private readonly string _connection = $"backlog-{Ulid.NewUlid()}";
    private readonly ShiftedTime _time = new();
    private readonly Committed _committed = new();
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(RunDirectory.ConnectionString("executor", "Database"));
    private PspConnections _connections = null!;
    private WaitingOperations _waiting = null!;

    public Task InitializeAsync()
    {
        var options = new PspOptions
        {
            Connections =
            {
                [_connection] = new PspConnectionOptions
                {
                    Adapter = "stripe",
                    BaseAddress = new Uri("http://127.0.0.1:9/"),
                    SecretKey = "sk_test",
                    Limits = new() { MaxInFlight = 10, MaxPerSecond = 1000 },
                },
            },
        };
        _connections = new PspConnections(Options.Create(options), _time, NullLoggerFactory.Instance);
        _waiting = new WaitingOperations(
            _database, _committed, new Persistence(_time, NullLogger<Persistence>.Instance), _connections, _time);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var table in new[] { "operation_unsettled", "operation" })
            await ExecutorProcess.Query($"DELETE FROM {table} WHERE connection = $1", Sql.Value(_connection));
        await _database.DisposeAsync();
    }

    public void Dispose() => _connections.Dispose();

    [Fact]
    public async Task Should_go_out_at_the_pace_of_the_connection_and_the_most_urgent_first()
    {
        await Wait("charge", 12, TimeSpan.FromMinutes(5));

        (await Release()).ShouldBe(Ids("charge", 0, 5));
        (await Release()).ShouldBeEmpty("it was a moment ago");

        _time.Shift += TimeSpan.FromSeconds(1);
        (await Release()).ShouldBeEmpty("nobody has taken up what was released");

        await Begin(Ids("charge", 0, 2));
        _time.Shift += TimeSpan.FromSeconds(1);
        (await Release()).ShouldBe(Ids("charge", 5, 2));

        await Begin(Ids("charge", 2, 5));
        _time.Shift += TimeSpan.FromSeconds(1);
        (await Release()).ShouldBe(Ids("charge", 7, 5), "nothing is lost");
    }

    [Fact]
    public async Task Should_let_captures_take_turns_with_charges_that_are_more_urgent()
    {
        await Wait("charge", 10, TimeSpan.FromMinutes(5));
        await Wait("capture", 10, TimeSpan.FromDays(5));

        (await Release()).ShouldBe([.. Ids("capture", 0, 2), .. Ids("charge", 0, 3)], ignoreOrder: true);
    }

    [Fact]
    public async Task Should_answer_at_once_whatever_is_too_late()
    {
        await Wait("charge", 40, TimeSpan.FromMinutes(-5));
        await Wait("capture", 3, TimeSpan.FromMinutes(5));

        (await Release()).ShouldBe([.. Ids("charge", 0, 40), .. Ids("capture", 0, 3)], ignoreOrder: true);
    }

    [Fact]
    public async Task Should_answer_what_is_too_late_though_it_is_too_soon_for_the_others()
    {
        await Wait("charge", 1, TimeSpan.FromMinutes(5));
        await Release();
        await Wait("authorize", 7, TimeSpan.FromMinutes(-5));
        await Wait("capture", 1, TimeSpan.FromMinutes(5));

        (await Release()).ShouldBe(Ids("authorize", 0, 7), ignoreOrder: true);
    }

    /// <summary>It is answered and not sent: however much there is of it, it takes nobody's place at the PSP.</summary>
    [Fact]
    public async Task Should_go_out_though_what_was_too_late_is_not_answered_yet()
    {
        await Wait("charge", 40, TimeSpan.FromMinutes(-5));
        await Release();
        await Wait("capture", 3, TimeSpan.FromMinutes(5));
        _time.Shift += TimeSpan.FromSeconds(1);

        (await Release()).ShouldBe(Ids("capture", 0, 3), ignoreOrder: true);
    }

    /// <summary>The pace is of our own clock, which somebody may set.</summary>
    [Fact]
    public async Task Should_go_out_though_the_clock_was_set_back()
    {
        await Wait("charge", 1, TimeSpan.FromMinutes(5));
        await Release();
        await Wait("capture", 1, TimeSpan.FromMinutes(5));
        _time.Shift -= TimeSpan.FromHours(1);

        (await Release()).ShouldBe(Ids("capture", 0, 1));
    }

    /// <summary>The message is lost: a minute later it is said again.</summary>
    [Fact]
    public async Task Should_go_out_again_when_nobody_took_it_up()
    {
        await Wait("charge", 5, TimeSpan.FromMinutes(5));
        await Release();

        await ExecutorProcess.Query(
            "UPDATE operation_unsettled SET due_at = due_at - interval '1 minute' WHERE connection = $1", Sql.Value(_connection));
        _time.Shift += TimeSpan.FromMinutes(1);

        (await Release()).ShouldBe(Ids("charge", 0, 5), ignoreOrder: true);
    }

    [Theory]
    [InlineData(100, 40, 20)]
    [InlineData(100, 5000, 50)]
    [InlineData(10, 40, 5)]
    [InlineData(0, 40, 1)]
    [InlineData(100, 1, 1)]
    public void Room_ForWhatWaits_IsHalfOfWhatIsFreeAndNeverNone(int freePlaces, int maxPerSecond, int expected) =>
        WaitingOperations.Room(freePlaces, maxPerSecond).ShouldBe(expected);

    private string[] Ids(string step, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => Id(step, i))];

    private string Id(string step, int i) => $"{_connection}/{i:D3}/{step}/1";

    private async Task<string[]> Release()
    {
        _committed.Released.Clear();
        var count = await _waiting.EnqueueDue(Most);
        count.ShouldBe(_committed.Released.Count);
        return [.. _committed.Released.Order(StringComparer.Ordinal)];
    }

    /// <summary>Operations that wait; each has a second more than the one before.</summary>
    private async Task Wait(string step, int count, TimeSpan left)
    {
        var range = Enumerable.Range(0, count).ToArray();
        await ExecutorProcess.Query(
            """
            INSERT INTO operation (operation_id, version, payment_id, order_id, kind, connection, amount_minor, currency, state,
                forward, tries, not_after)
            SELECT id, 1, gen_random_uuid(), 'order-1', $2, $3, 100, 'EUR', 'waiting', true, 0, now() + $4 + place * interval '1 second'
            FROM unnest($1::text[]) WITH ORDINALITY AS o (id, place)
            """,
            Sql.Value(Array.ConvertAll(range, i => Id(step, i))),
            Sql.Value(step),
            Sql.Value(_connection),
            Sql.Value(left));
        await ExecutorProcess.Query(
            "UPDATE operation_unsettled SET due_at = now() - interval '1 second' WHERE connection = $1 AND kind = $2",
            Sql.Value(_connection),
            Sql.Value(step));
    }

    private static async Task Begin(string[] ids) =>
        await ExecutorProcess.Query("UPDATE operation SET state = 'sent' WHERE operation_id = ANY($1)", Sql.Value(ids));

    private sealed class Committed : ICommitter
    {
        public List<string> Released { get; } = [];

        public Task<CommitResult> Commit(Origin origin, Effects effects)
        {
            Released.AddRange(effects.Messages.Select(m => m.Message).Cast<ContinueOrder>().Select(m => m.OperationId));
            return Task.FromResult(new CommitResult(CommitKind.Committed, []));
        }

        public Task<CommitResult> Commit<TKey, TRows>(Origin origin, Decision<TKey, TRows> decision) =>
            throw new NotSupportedException();

        public Task<CommitResult> Commit<TKey, TRows>(Origin origin, TKey key, Func<TRows, ValueTask<Effects>> decide) =>
            throw new NotSupportedException();
    }
}
