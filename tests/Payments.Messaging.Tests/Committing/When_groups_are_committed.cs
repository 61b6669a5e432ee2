using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Xunit.Abstractions;

namespace Payments.Messaging.Tests.Committing;

/// <summary>
/// Random work against a model: whatever a group is made of, and whatever becomes of its connection, each delivery is
/// applied once or reported to its own caller, what it says is sent after its commit and always under the same ids, and work
/// of one payment is done one after the other. <c>PAYMENTS_TEST_FULL=1</c> runs more rounds; <c>PAYMENTS_TEST_SEED</c>
/// repeats one.
/// </summary>
[Collection(nameof(ToyCollection))]
public sealed class When_groups_are_committed(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Works = 120;
    private const int Accounts = 6;
    private const int Payments = 40;
    private const int Breaks = 6;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private BooksObserver _books = null!;

    /// <summary>What is done to the groups meanwhile.</summary>
    [Flags]
    public enum Trouble
    {
        None = 0,
        SlowRow = 1,
        BrokenConnections = 2,
    }

    private static int Rounds => Environment.GetEnvironmentVariable("PAYMENTS_TEST_FULL") == "1" ? 20 : 1;

    public async Task InitializeAsync()
    {
        _books = await BooksObserver.Open();
        // What a run that broke off left.
        await _books.Execute("DELETE FROM outbox");
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData(Trouble.None)]
    [InlineData(Trouble.SlowRow)]
    [InlineData(Trouble.BrokenConnections)]
    [InlineData(Trouble.SlowRow | Trouble.BrokenConnections)]
    public async Task Should_apply_each_delivery_once_or_tell_its_caller_why_not(Trouble trouble)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("PAYMENTS_TEST_SEED"), out var given)
            ? given
            : Environment.TickCount;
        for (var round = 0; round < Rounds; round++)
        {
            output.WriteLine($"PAYMENTS_TEST_SEED={first + round}");
            await Round(new Random(first + round), trouble);
        }
    }

    private async Task Round(Random random, Trouble trouble)
    {
        var consumer = $"toy-{Ulid.NewUlid()}";
        var accounts = await _books.OpenAccounts(Accounts);
        await using var one = RealCommitter.Connect(_books);
        await using var other = RealCommitter.Connect(_books);
        RealCommitter[] processes = [one, other];
        var payments = Enumerable.Range(0, Payments).Select(_ => Ulid.NewUlid()).ToArray();
        var plan = Enumerable.Range(0, Works).Select(n => PlannedWork.Draw(random, n, consumer, payments, accounts)).ToArray();

        var copies = plan.SelectMany(w => Enumerable.Repeat(w, IsOnce(w) ? 1 : random.Next(1, 4))).ToArray();
        random.Shuffle(copies);
        // Copies of one delivery meet in one process as a rule, and now and then in two.
        var endings = await Disturb(trouble, accounts[0], () => [.. copies.Select(w =>
            w.Do(processes[random.Next(8) == 0 ? 1 - (w.Number % 2) : w.Number % 2], _books))]);
        var isExact = !trouble.HasFlag(Trouble.BrokenConnections);
        var model = new CommitModel(_books, consumer, accounts, plan, processes, isExact);
        await model.ShouldHold(endings);

        var repeated = await All([.. plan.Where(w => !IsOnce(w)).Select(w => w.Do(processes[random.Next(2)], _books))]);
        await model.ShouldHold([.. endings, .. repeated]);
        await model.Clean();
    }

    /// <summary>Only a delivery is recognised when it comes again.</summary>
    private static bool IsOnce(PlannedWork work) => work.Origin.Kind == OriginKind.Local;

    private async Task<Ending[]> Disturb(Trouble trouble, string account, Func<Task<Ending>[]> start)
    {
        Task<Ending>[] doing;
        if (trouble.HasFlag(Trouble.SlowRow))
        {
            await using var held = await _books.Hold(account);
            doing = start();
            await _books.AwaitWaiting();
            if (trouble.HasFlag(Trouble.BrokenConnections))
                (await _books.Break()).ShouldBeGreaterThan(0, "a group was waiting");
        }
        else
        {
            doing = start();
        }

        var done = Task.WhenAll(doing);
        for (var times = 0; trouble.HasFlag(Trouble.BrokenConnections) && times < Breaks && !done.IsCompleted; times++)
            await _books.Break();
        return await All(doing);
    }

    private static async Task<Ending[]> All(Task<Ending>[] doing)
    {
        try
        {
            return await Task.WhenAll(doing).WaitAsync(Deadline);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{doing.Count(d => !d.IsCompleted)} of {doing.Length} commits hang.", exception);
        }
    }
}
