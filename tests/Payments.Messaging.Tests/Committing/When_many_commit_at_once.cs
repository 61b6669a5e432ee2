using System.Diagnostics;
using Payments.Contracts;
using Payments.Messaging.Tests.Sending;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests.Committing;

[Collection(nameof(ToyCollection))]
public sealed class When_many_commit_at_once : IAsyncLifetime
{
    private const int Many = 400;
    private const string TransactionsOf = "SELECT count(DISTINCT xmin::text) FROM toy_entry WHERE account = $1";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string _consumer = $"toy-{Ulid.NewUlid()}";
    private BooksObserver _books = null!;
    private RealCommitter _committer = null!;
    private string _account = null!;

    public async Task InitializeAsync()
    {
        _books = await BooksObserver.Open();
        _committer = RealCommitter.Connect(_books);
        _account = (await _books.OpenAccounts(1)).Single();
    }

    public async Task DisposeAsync()
    {
        await _committer.DisposeAsync();
        await _books.DisposeAsync();
    }

    [Fact]
    public async Task Should_commit_what_came_meanwhile_together()
    {
        Task<CommitResult>[] commits;
        await using (await _books.Hold(_account))
        {
            var first = Commit();
            await _books.AwaitWaiting();
            commits = [first, .. Enumerable.Range(1, Many - 1).Select(_ => Commit())];
        }

        await ShouldBeCommitted(commits);
        var groups = (int)Math.Ceiling((Many - 1) / (double)RealCommitter.Groups.Most);
        (await _books.Ask<long>(TransactionsOf, _account)).ShouldBe(1 + groups, "the one that waited, then all that came meanwhile");
    }

    [Fact]
    public async Task Should_leave_the_neighbours_of_one_that_fails_together()
    {
        const int Neighbours = 127;
        Task<CommitResult>[] commits;
        Task<CommitResult> failing;
        await using (await _books.Hold(_account))
        {
            var first = Commit();
            await _books.AwaitWaiting();
            commits = [first, .. Enumerable.Range(1, Neighbours).Select(_ => Commit())];
            failing = Commit(amount: -1);
        }

        await ShouldBeCommitted(commits);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => failing);
        (await _books.Ask<long>(TransactionsOf, _account)).ShouldBe(
            1 + int.Log2(Neighbours + 1), "128 are halved seven times until one is alone, and each other half is one group");
    }

    [Fact]
    public async Task Should_not_part_a_group_for_a_decision_that_throws()
    {
        Task<CommitResult>[] commits;
        Task<CommitResult> throwing;
        await using (await _books.Hold(_account))
        {
            var first = Commit();
            await _books.AwaitWaiting();
            throwing = Commit(_ => throw new UndecidableException(1));
            commits = [first, .. Enumerable.Range(1, 50).Select(_ => Commit())];
        }

        await ShouldBeCommitted(commits);
        await Should.ThrowAsync<UndecidableException>(() => throwing);
        (await _books.Ask<long>(TransactionsOf, _account)).ShouldBe(2, "the one that waited, then all that came meanwhile");
    }

    [Fact]
    public async Task Should_decide_one_after_the_other_on_rows_that_are_shared()
    {
        const int Sharing = 50;
        Task<CommitResult>[] commits;
        await using (await _books.Hold(_account))
        {
            var first = Commit();
            await _books.AwaitWaiting();
            commits = [first, .. Enumerable.Range(0, Sharing).Select(_ => CommitTogether(_account))];
        }

        await ShouldBeCommitted(commits);
        (await _books.Read(_account)).Sum.ShouldBe(1 + Sharing);
        (await _books.Ask<long>(TransactionsOf, _account)).ShouldBe(2, "the one that waited, then all that came meanwhile");
    }

    [Fact]
    public async Task Should_keep_only_those_back_that_share_rows_with_a_decision_that_throws()
    {
        var other = (await _books.OpenAccounts(1)).Single();
        Task<CommitResult>[] commits;
        Task<CommitResult>[] sharing;
        Task<CommitResult> throwing;
        await using (await _books.Hold(_account))
        {
            var first = Commit();
            await _books.AwaitWaiting();
            commits = [first, .. Enumerable.Range(0, 50).Select(_ => Commit())];
            var before = CommitTogether(other);
            throwing = CommitTogether(other, throws: true);
            sharing = [before, .. Enumerable.Range(0, 10).Select(_ => CommitTogether(other))];
        }

        await ShouldBeCommitted(commits);
        await Should.ThrowAsync<UndecidableException>(() => throwing);
        (await Task.WhenAll(sharing)).ShouldAllBe(r => r.Kind == CommitKind.Clash);
        (await _books.Read(other)).ShouldBe(new Account(Sum: 0, Version: 1));
        (await _books.Ask<long>(TransactionsOf, _account)).ShouldBe(2, "the one that waited, then all that came meanwhile");
    }

    /// <summary>Each of two processes has what the other one wants, unless both lock in one order whatever kind it is for.</summary>
    [Fact]
    public async Task Should_lock_what_several_kinds_lock_in_one_order()
    {
        await using var other = RealCommitter.Connect(_books);
        string[] accounts = [.. (await _books.OpenAccounts(3)).Order(StringComparer.Ordinal)];
        Task<CommitResult>[] ofOther;
        Task<CommitResult>[] own;
        await using (await _books.Hold(accounts[1]))
        {
            ofOther = await AsOneGroup(other, 0, () => [Lock(other, accounts[0]), Lock(other, accounts[1]), LockOther(other, accounts[2])]);
            await _books.AwaitWaiting();
            own = await AsOneGroup(_committer, 1, () => [Lock(_committer, accounts[2]), LockOther(_committer, accounts[0])]);
            await _books.AwaitWaiting(2);
        }

        await ShouldBeCommitted([.. ofOther, .. own]);
        _committer.Warnings.Concat(other.Warnings).ShouldBeEmpty("a deadlock is survived, but takes a second");
    }

    [Fact]
    public async Task Should_finish_what_it_has_taken_when_it_stops()
    {
        Task<CommitResult>[] commits;
        ValueTask stopping;
        await using (await _books.Hold(_account))
        {
            var first = Commit();
            await _books.AwaitWaiting();
            commits = [first, .. Enumerable.Range(1, Many - 1).Select(_ => Commit())];

            stopping = _committer.Committer.DisposeAsync();

            stopping.IsCompleted.ShouldBeFalse("a group is being committed, and others wait");
            Should.Throw<ObjectDisposedException>(() => { _ = Commit(); });
        }

        await stopping.AsTask().WaitAsync(Deadline);
        await ShouldBeCommitted(commits);
    }

    [Fact]
    public async Task Should_stop_although_the_database_is_away()
    {
        var server = ToyBooks.Connection("");
        await using var wire = new Wire(server.Host!, server.Port);
        var time = new ManualTime();
        await using var committer = RealCommitter.Connect(_books, wire, time);
        wire.OnAnswer = _ => Fate.Cut;
        var commit = committer.Committer.Commit(Origin.Delivery(Ulid.NewUlid().ToGuid(), _consumer), Post(out _));
        await Eventually.Async("the database to be missed", Deadline, () => committer.Warnings.Count > 0);

        var stopping = committer.Committer.DisposeAsync().AsTask();

        stopping.IsCompleted.ShouldBeFalse("it may come back in a moment");
        time.Advance(Gathering.LongestFarewell);
        await stopping.WaitAsync(Deadline);
        commit.IsCompleted.ShouldBeFalse("it was neither applied nor refused, so that it comes again");

        wire.OnAnswer = _ => Fate.Pass;
        await Eventually.Async("what goes on behind it to end", Deadline, () =>
        {
            time.Advance(Gathering.LongestFarewell);
            return commit.IsCompleted;
        });
    }

    [Fact]
    public async Task Should_remember_what_was_committed_when_the_answer_is_lost()
    {
        var server = ToyBooks.Connection("");
        await using var wire = new Wire(server.Host!, server.Port);
        await using var committer = RealCommitter.Connect(_books, wire);
        var cuts = 0;
        // The server says that it has committed, and nobody hears it.
        wire.OnAnswer = answer => answer.IndexOf("C\0\0\0\u000bCOMMIT"u8) >= 0 && Interlocked.Increment(ref cuts) == 1 ? Fate.Cut : Fate.Pass;
        var effects = Post(out var work);
        var origin = Origin.Delivery(work, _consumer);

        var result = await committer.Committer.Commit(origin, effects).WaitAsync(Deadline);

        cuts.ShouldBeGreaterThan(0);
        result.Kind.ShouldBe(CommitKind.Remembered);
        result.Messages.Select(m => m.Id).ShouldBe(effects.Messages.Select(m => m.Id.ToGuid()));
        (await _books.Ask<long>("SELECT count(*) FROM toy_entry WHERE work = $1", work)).ShouldBe(1);
        (await _books.Read(_account)).Sum.ShouldBe(1);
    }

    [Fact]
    public async Task Should_ask_again_when_the_connection_breaks_after_a_guard_has_failed()
    {
        var work = Ulid.NewUlid().ToGuid();
        var effects = new Effects(Ulid.NewUlid()).Write(new Set(_account, Version: 0, Sum: 1)).Write(new Mark(work));
        Task<CommitResult> commit;
        await using (await _books.HoldMark(work))
        {
            commit = _committer.Committer.Commit(Origin.Local, effects);
            await _books.AwaitWaiting();

            (await _books.Break()).ShouldBe(1);
        }

        (await commit.WaitAsync(Deadline)).Kind.ShouldBe(CommitKind.Clash);
    }

    [Fact]
    public async Task Should_not_say_that_it_was_cancelled_when_a_decision_was()
    {
        var error = await Should.ThrowAsync<Exception>(() => Commit(_ => throw new OperationCanceledException()));

        error.ShouldNotBeAssignableTo<OperationCanceledException>("MassTransit would have the message delivered again at once");
    }

    [Fact]
    public async Task Should_decide_under_the_trace_and_scopes_of_the_delivery()
    {
        var scope = new AsyncLocal<string>();
        var decided = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(async () =>
        {
            scope.Value = $"delivery {n}";
            using var activity = new Activity("delivery").Start();
            var seen = new List<string?>();
            var result = await _committer.Committer.Commit<Glance, Account>(
                Origin.Delivery(Ulid.NewUlid().ToGuid(), _consumer),
                new Glance(_account),
                async _ =>
                {
                    seen = [scope.Value];
                    await Task.Yield();
                    seen.Add(scope.Value);
                    return new Effects(Ulid.NewUlid()).Publish(new SellerUpdated { SellerId = "toy", Closed = false });
                });
            seen.Add(result.Messages.Single().Trace);
            return (Expected: new[] { scope.Value, scope.Value, activity.Id }, Seen: seen);
        }))).WaitAsync(Deadline);

        decided.ShouldAllBe(d => d.Seen.SequenceEqual(d.Expected));
    }

    private Task<CommitResult> Commit(int amount = 1)
    {
        var effects = Post(out var work, amount);
        return _committer.Committer.Commit(Origin.Delivery(work, _consumer), effects);
    }

    private Task<CommitResult> Commit(Func<Account, Effects> decide) => _committer.Committer.Commit(
        Origin.Delivery(Ulid.NewUlid().ToGuid(), _consumer), new Decision<string, Account>(Ulid.NewUlid(), _account, decide));

    private Task<CommitResult> CommitTogether(string account, bool throws = false)
    {
        var work = Ulid.NewUlid().ToGuid();
        return _committer.Committer.Commit(
            Origin.Delivery(work, _consumer),
            new Decision<Common, CommonAccount>(Ulid.NewUlid(), new Common(account), common =>
            {
                common.Add(1);
                return throws
                    ? throw new UndecidableException(1)
                    : new Effects(Ulid.NewUlid()).Write(new Post(work, account, 1)).Write(new Save(common));
            }));
    }

    private Task<CommitResult> Lock(RealCommitter committer, string account) => committer.Committer.Commit(
        Origin.Delivery(Ulid.NewUlid().ToGuid(), _consumer),
        new Decision<string, Account>(Ulid.NewUlid(), account, _ => new Effects(Ulid.NewUlid())));

    private Task<CommitResult> LockOther(RealCommitter committer, string account) => committer.Committer.Commit(
        Origin.Delivery(Ulid.NewUlid().ToGuid(), _consumer),
        new Decision<OtherAccount, Account>(Ulid.NewUlid(), new OtherAccount(account), _ => new Effects(Ulid.NewUlid())));

    /// <summary>Comes together while another group waits, and is committed when that has ended.</summary>
    private async Task<Task<CommitResult>[]> AsOneGroup(RealCommitter committer, int waiting, Func<Task<CommitResult>[]> begin)
    {
        Task<CommitResult> before;
        Task<CommitResult>[] group;
        await using (await _books.Hold(_account))
        {
            before = Lock(committer, _account);
            await _books.AwaitWaiting(waiting + 1);
            group = begin();
        }

        await before.WaitAsync(Deadline);
        return group;
    }

    private Effects Post(out Guid work, int amount = 1)
    {
        work = Ulid.NewUlid().ToGuid();
        return new Effects(Ulid.NewUlid())
            .Write(new Post(work, _account, amount))
            .Write(new Add(_account, 1))
            .Publish(new SellerUpdated { SellerId = "toy", Closed = false });
    }

    private static async Task ShouldBeCommitted(Task<CommitResult>[] commits)
    {
        var results = await Task.WhenAll(commits).WaitAsync(Deadline);
        results.ShouldAllBe(r => r.Kind == CommitKind.Committed);
    }
}
