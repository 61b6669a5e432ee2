using System.Text;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests.Crashing;

/// <summary>
/// A worker kills itself with SIGKILL at one point between a message and its acknowledgement, and another one goes on
/// where it was: each message is applied once, and what was said is said again, under the same id, byte by byte.
/// </summary>
[Collection(nameof(ToyCollection))]
public sealed class When_a_process_is_killed(ToyService toy) : IAsyncLifetime
{
    private const int Messages = 40;
    private const int Rounds = 5;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly string[] Failures = [$"{FaultyWorker.Queue}_error", $"{FaultyWorker.Queue}_skipped"];

    private readonly string _run = Ulid.NewUlid().ToString();
    private readonly List<(Guid Id, string Seller)> _sent = [];
    private NpgsqlDataSource _database = null!;
    private uint[] _failuresBefore = [];

    public async Task InitializeAsync()
    {
        await ToyService.CreateTable(FaultyWorker.Schema);
        // What a test that failed left.
        await toy.Broker.Empty(FaultyWorker.Queue);
        _database = NpgsqlDataSource.Create(RunDirectory.ConnectionString(FaultyWorker.Schema, "Database"));
        _failuresBefore = await CountFailures();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Should_start_again_what_was_not_committed()
    {
        await Send(Messages);

        await DieAt("before-commit:1");

        (await Settled()).ShouldBe(0);
        (await Applied()).ShouldBe(0);
        Said().ShouldBeEmpty();
        await Recover();
        await ShouldBeDoneOnce();
    }

    [Fact]
    public async Task Should_say_what_was_committed_and_not_published()
    {
        await Send(Messages);

        await DieAt("after-commit:1");

        var settled = await Settled();
        settled.ShouldBeGreaterThan(0);
        (await Applied()).ShouldBe(settled);
        Said().ShouldBeEmpty("the first group was committed, and nobody had been told");
        await Recover();
        await ShouldBeDoneOnce();
    }

    [Fact]
    public async Task Should_say_again_what_was_published_and_not_confirmed()
    {
        await Send(Messages);

        await DieAt("after-publish:10");

        (await Settled()).ShouldBeGreaterThanOrEqualTo(10);
        await Recover();
        await ShouldBeDoneOnce();
    }

    [Fact]
    public async Task Should_say_again_what_was_confirmed_unheard()
    {
        await Send(Messages);

        await DieAt("before-confirm:1");

        (await Settled()).ShouldBeGreaterThan(0);
        await Recover();
        await ShouldHaveSaidSomethingTwice();
        await ShouldBeDoneOnce();
    }

    [Fact]
    public async Task Should_say_again_what_was_confirmed_and_not_acknowledged()
    {
        await Send(Messages);

        await DieAt("before-acknowledge:5");

        (await Settled()).ShouldBeGreaterThanOrEqualTo(5);
        await Recover();
        await ShouldHaveSaidSomethingTwice();
        await ShouldBeDoneOnce();
    }

    [Fact]
    public async Task Should_know_the_step_that_was_committed_before_the_call()
    {
        await Send(1, ToyCounter.Persisted);

        await DieAt("after-commit:1");

        (await Settled()).ShouldBe(0, "it died between its first commit and its second");
        (await Applied()).ShouldBe(1, "the step is durable");
        Said().ShouldBeEmpty();
        await Recover();
        await ShouldBeDoneOnce(times: 2);
    }

    [Fact]
    public async Task Should_say_again_what_local_work_left_in_the_outbox()
    {
        var rows = Enumerable.Range(0, 5).Select(n => (Id: Ulid.NewUlid().ToGuid(), Seller: $"{_run}-{n}")).ToArray();
        foreach (var (id, seller) in rows)
            await Leave(id, seller);

        await DieAt("before-confirm:1");

        (await Left(rows)).ShouldBe(rows.Length, "none was confirmed as far as anybody knows");
        // What the claim's 30 s would do.
        await Execute("UPDATE outbox SET claimed_until = '-infinity' WHERE sent_id = ANY($1)", rows.Select(r => r.Id).ToArray());
        await using var worker = FaultyWorker.Start();
        await Eventually.Async("the outbox to be empty", Deadline, async () => await Left(rows) == 0);
        await worker.Stop();
        await ShouldHaveSaidSomethingTwice();
        foreach (var (id, seller) in rows)
            Said().Where(s => s.Message.SellerId == seller).Select(s => (s.Id, s.Body)).Distinct().ShouldBe([(id, BodyOf(id, seller))]);
    }

    /// <summary>Before the worker starts, so that it finds them all at once.</summary>
    private async Task Send(int count, string prefix = "")
    {
        for (var n = 0; n < count; n++)
        {
            var (id, seller) = (Ulid.NewUlid().ToGuid(), $"{prefix}{_run}-{n}");
            _sent.Add((id, seller));
            await toy.Broker.Send(FaultyWorker.Queue, id, new UpdateSeller { SellerId = seller, Closed = false });
        }
    }

    private async Task DieAt(string fault)
    {
        await using var worker = FaultyWorker.Start(fault);
        await worker.Died();
        // The broker has noticed when it offers again what was not acknowledged.
        if (_sent.Count > 0)
            await Eventually.Async("the broker to notice", Deadline, async () => await toy.Broker.CountOf(FaultyWorker.Queue) > 0);
    }

    /// <summary>
    /// What is left can be counted only while nobody reads, and each of it is answered, for the first time or again. If the
    /// broker was late to give something back, another round takes it.
    /// </summary>
    private async Task Recover()
    {
        for (var round = 0; round < Rounds && await toy.Broker.CountOf(FaultyWorker.Queue) is > 0 and var left; round++)
        {
            var answers = Said().Count + left;
            await using var worker = FaultyWorker.Start();
            await Eventually.Async("an answer to each message that was left", Deadline, () => Said().Count >= answers);
            await worker.Stop();
        }
    }

    private async Task ShouldBeDoneOnce(int times = 1)
    {
        foreach (var (id, seller) in _sent)
        {
            (await Ask<long>("SELECT coalesce(sum(count), 0) FROM toy WHERE seller = $1", seller)).ShouldBe(times, seller);
            var remembered = await Ask<Guid>("SELECT sent_id FROM inbox_message WHERE message_id = $1", id);
            var said = Said().Where(s => s.Message.SellerId == seller).Select(s => (s.Id, s.Body)).Distinct().ToArray();
            said.Length.ShouldBe(1, $"{seller} was answered in more than one way: {string.Join('\n', said)}");
            said[0].Id.ShouldBe(remembered);
        }

        (await toy.Broker.CountOf(FaultyWorker.Queue)).ShouldBe(0u, "all was acknowledged");
        (await CountFailures()).ShouldBe(_failuresBefore, "nothing failed, and nothing was skipped");
    }

    private Task ShouldHaveSaidSomethingTwice() => Eventually.Async(
        "an answer to be heard twice", Deadline, () => Said().GroupBy(s => s.Id).Any(s => s.Count() > 1));

    private IReadOnlyList<(Guid Id, SellerUpdated Message, string Body)> Said() =>
        toy.Broker.Heard<SellerUpdated>(e => e.SellerId.Contains(_run));

    private Task<long> Settled() =>
        Ask<long>("SELECT count(*) FROM inbox WHERE message_id = ANY($1)", _sent.Select(s => s.Id).ToArray());

    private Task<long> Applied() =>
        Ask<long>("SELECT coalesce(sum(count), 0) FROM toy WHERE seller = ANY($1)", (object)_sent.Select(s => s.Seller).ToArray());

    private Task<long> Left((Guid Id, string Seller)[] rows) =>
        Ask<long>("SELECT count(*) FROM outbox WHERE sent_id = ANY($1)", rows.Select(r => r.Id).ToArray());

    private Task Leave(Guid id, string seller) => Execute(
        "INSERT INTO outbox (sent_id, exchange, type, body) VALUES ($1, $2, 'SellerUpdated', $3)",
        id, Routes.Event(typeof(SellerUpdated)), Encoding.UTF8.GetBytes(BodyOf(id, seller)));

    private static string BodyOf(Guid id, string seller) => $$$"""
        {"messageId":"{{{id}}}","messageType":["urn:message:Payments.Contracts:SellerUpdated"],
         "message":{"sellerId":"{{{seller}}}","closed":false}}
        """;

    private async Task<uint[]> CountFailures()
    {
        var counts = new List<uint>();
        foreach (var queue in Failures)
            counts.Add(await toy.Broker.CountOf(queue));
        return [.. counts];
    }

    private async Task<T> Ask<T>(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task Execute(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = _database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
