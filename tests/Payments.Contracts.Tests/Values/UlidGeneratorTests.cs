using FsCheck;
using FsCheck.Fluent;

namespace Payments.Contracts.Values;

public sealed class UlidGeneratorTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Next_SameMillisecond_AddsOne()
    {
        var generator = new UlidGenerator(_clock, bytes => bytes.Fill(7));

        var first = generator.Next();
        var second = generator.Next();

        second.UnixMilliseconds.ShouldBe(first.UnixMilliseconds);
        first.ToGuid().ToString("N").ShouldEndWith("07070707070707070707");
        second.ToGuid().ToString("N").ShouldEndWith("07070707070707070708");
    }

    [Fact]
    public void Next_NextMillisecond_TakesNewRandomness()
    {
        byte seed = 9;
        var generator = new UlidGenerator(_clock, bytes => bytes.Fill(seed--));

        var first = generator.Next();
        _clock.Move(1);
        var second = generator.Next();

        second.ShouldBeGreaterThan(first);
        second.UnixMilliseconds.ShouldBe(first.UnixMilliseconds + 1);
        second.ToGuid().ToString("N").ShouldEndWith("08080808080808080808");
    }

    [Fact]
    public void Next_ClockGoesBackwards_KeepsTheMillisecondAndGrows()
    {
        var generator = new UlidGenerator(_clock);

        var first = generator.Next();
        _clock.Move(-10_000);
        var second = generator.Next();

        second.ShouldBeGreaterThan(first);
        second.UnixMilliseconds.ShouldBe(first.UnixMilliseconds);
    }

    [Fact]
    public void Next_RandomnessUsedUp_BorrowsTheNextMillisecond()
    {
        byte seed = 0xFF;
        var generator = new UlidGenerator(_clock, bytes => bytes.Fill(seed--));

        var last = generator.Next();
        var borrowed = generator.Next();
        _clock.Move(1);
        var caughtUp = generator.Next();

        borrowed.UnixMilliseconds.ShouldBe(last.UnixMilliseconds + 1);
        borrowed.ToGuid().ToString("N").ShouldEndWith("fefefefefefefefefefe");
        caughtUp.ToGuid().ToString("N").ShouldEndWith("fefefefefefefefefeff");
        caughtUp.UnixMilliseconds.ShouldBe(borrowed.UnixMilliseconds);
    }

    [Fact]
    public void Next_ClockBefore1970_IsRefused()
    {
        _clock.Move(-100_000_000_000_000 / 2);

        Should.Throw<ArgumentOutOfRangeException>(() => new UlidGenerator(_clock).Next());
    }

    [Fact]
    public void Next_AnyClock_OnlyGrows()
    {
        var moves = Gen.ListOf(Gen.Choose(-3, 3));
        var lowBytes = Gen.Choose(0xF0, 0xFF);

        Property.Holds(moves, lowBytes, (steps, lowByte) =>
        {
            var clock = new ManualClock();
            var generator = new UlidGenerator(clock, bytes =>
            {
                bytes.Fill(0xFF);
                bytes[^1] = (byte)lowByte;
            });
            var last = Ulid.Empty;
            foreach (var step in steps)
            {
                clock.Move(step);
                var next = generator.Next();
                next.ShouldBeGreaterThan(last);
                string.CompareOrdinal(next.ToString(), last.ToString()).ShouldBePositive();
                last = next;
            }
        });
    }

    [Fact]
    public void NewUlid_ManyThreads_GrowsInEachAndIsNeverTheSame()
    {
        var made = OnManyThreads(20_000, Ulid.NewUlid);

        foreach (var ids in made)
            ids.ShouldBeInOrder(SortDirection.Ascending);
        made.SelectMany(ids => ids).ShouldBeUnique();
    }

    [Fact]
    public void Next_ManyThreadsAndNoRandomness_GrowsInEachAndIsNeverTheSame()
    {
        // Each millisecond's first id is the same for everybody, and drawing for it lets the other threads go ahead: without the
        // lock they would make it twice.
        var generator = new UlidGenerator(_clock, _ =>
        {
            _clock.Move(1);
            Thread.Yield();
        });

        var made = OnManyThreads(1000, generator.Next);

        foreach (var ids in made)
            ids.ShouldBeInOrder(SortDirection.Ascending);
        made.SelectMany(ids => ids).ShouldBeUnique();
    }

    private static Ulid[][] OnManyThreads(int each, Func<Ulid> next)
    {
        const int Threads = 8;
        var made = new Ulid[Threads][];
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            made[number] = new Ulid[each];
            start.SignalAndWait();
            for (var i = 0; i < each; i++)
                made[number][i] = next();
        })).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return made;
    }

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

        public void Move(long milliseconds) => _now = _now.AddMilliseconds(milliseconds);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
