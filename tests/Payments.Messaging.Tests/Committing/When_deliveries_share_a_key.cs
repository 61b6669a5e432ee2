using System.Collections.Concurrent;
using Payments.Contracts;
using Payments.Messaging.Tests.Toy;

namespace Payments.Messaging.Tests.Committing;

[Collection(nameof(ToyCollection))]
public sealed class When_deliveries_share_a_key(ToyService toy)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly CommitResult Done = new(CommitKind.Committed, []);

    /// <summary>How one of them ends says nothing about the others: some clash first, some fail.</summary>
    [Fact]
    public async Task Should_settle_one_after_the_other_until_each_is_settled()
    {
        const int PerKey = 30;
        Guid[] keys = [.. Enumerable.Range(0, 5).Select(_ => Ulid.NewUlid().ToGuid())];
        var inside = new ConcurrentDictionary<Guid, int>();
        var overlaps = 0;
        var attempts = 0;

        var settled = await Task.WhenAll(Enumerable.Range(0, keys.Length * PerKey).Select(async n =>
        {
            await Task.Yield();
            var clashes = n % 3;
            try
            {
                await toy.Deliveries.Settle(keys[n % keys.Length], () => Attempt(keys[n % keys.Length], n, clashes--));
                return true;
            }
            catch (InvalidTimeZoneException)
            {
                return false;
            }
        })).WaitAsync(Deadline);

        overlaps.ShouldBe(0, "two attempts of one key at once");
        settled.Count(s => !s).ShouldBe(keys.Length * PerKey / 10, "each tenth fails");
        attempts.ShouldBe(Enumerable.Range(0, keys.Length * PerKey).Sum(n => 1 + (n % 3)));

        async Task<CommitResult> Attempt(Guid key, int number, int clashesLeft)
        {
            Interlocked.Increment(ref attempts);
            if (inside.AddOrUpdate(key, 1, (_, others) => others + 1) > 1)
                Interlocked.Increment(ref overlaps);
            var read = await toy.Ask<int>("SELECT 1");
            inside.AddOrUpdate(key, 0, (_, others) => others - read);
            if (clashesLeft > 0)
                return CommitResult.Clash;
            return number % 10 == 0 ? throw new InvalidTimeZoneException() : Done;
        }
    }

    [Fact]
    public async Task Should_let_strangers_overlap()
    {
        var firstIsInside = new TaskCompletionSource();
        var secondIsInside = new TaskCompletionSource();

        var first = Settle(firstIsInside, secondIsInside);
        var second = Settle(secondIsInside, firstIsInside);

        await Task.WhenAll(first, second).WaitAsync(Deadline);

        Task Settle(TaskCompletionSource own, TaskCompletionSource others) => toy.Deliveries.Settle(
            Ulid.NewUlid().ToGuid(),
            async () =>
            {
                own.SetResult();
                await others.Task;
                return Done;
            });
    }
}
