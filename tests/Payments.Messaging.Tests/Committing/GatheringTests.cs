using System.Threading.Channels;

namespace Payments.Messaging.Tests.Committing;

public sealed class GatheringTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan VeryLong = 2 * Deadline;

    private readonly Channel<int> _sizes = Channel.CreateUnbounded<int>();

    [Fact]
    public async Task Add_WhileSomethingIsAhead_WaitsForItInOneGroup()
    {
        var ahead = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var gathering = Gather(VeryLong, () =>
        {
            asked.TrySetResult();
            return ahead.Task;
        });

        gathering.Add(new Item());
        await asked.Task.WaitAsync(Deadline);
        gathering.Add(new Item());
        gathering.Add(new Item());
        _sizes.Reader.TryRead(out _).ShouldBeFalse();
        ahead.SetResult();

        (await NextSize()).ShouldBe(3);
    }

    [Fact]
    public async Task Add_WhatIsAheadDoesNotEnd_WaitsNoLongerThanTheLongestLinger()
    {
        await using var gathering = Gather(TimeSpan.FromMilliseconds(1), () => new TaskCompletionSource().Task);

        gathering.Add(new Item());

        (await NextSize()).ShouldBe(1);
    }

    [Fact]
    public async Task Add_NothingIsAhead_DoesNotWait()
    {
        await using var gathering = Gather(VeryLong, () => Task.CompletedTask);

        gathering.Add(new Item());

        (await NextSize()).ShouldBe(1);
    }

    [Fact]
    public async Task Current_OfAGroupThatIsWorkedOn_EndsWithIt()
    {
        Gathering<Item>? gathering = null;
        var current = new TaskCompletionSource<(Task Task, bool HasEnded)>();
        await using var disposed = gathering = new Gathering<Item>(new GroupOptions(), _ =>
        {
            current.SetResult((gathering!.Current, gathering.Current.IsCompleted));
            return Task.FromResult(true);
        });
        gathering.Current.IsCompleted.ShouldBeTrue();

        gathering.Add(new Item());

        var (task, hasEnded) = await current.Task.WaitAsync(Deadline);
        hasEnded.ShouldBeFalse();
        await task.WaitAsync(Deadline);
    }

    private Gathering<Item> Gather(TimeSpan longest, Func<Task> ahead) => new(
        new GroupOptions { Linger = TimeSpan.Zero, LongestLinger = longest, Patience = 0 },
        group =>
        {
            _sizes.Writer.TryWrite(group.Count).ShouldBeTrue();
            return Task.FromResult(true);
        },
        ahead);

    private Task<int> NextSize() => _sizes.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    private sealed class Item : IGathered
    {
        public void Complete()
        {
        }

        public void Clash() => throw new InvalidOperationException("There is nothing to clash with.");

        public void Fail(Exception exception) => throw new InvalidOperationException("Nothing fails here.", exception);
    }
}
