using System.Threading.Channels;
using Payments.Testing;

namespace Payments.Messaging.Tests.Committing;

public sealed class GatheringTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan VeryLong = TimeSpan.FromDays(1);

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
    public async Task Current_AGroupIsWorkedOn_EndsWithIt()
    {
        var outcome = new TaskCompletionSource<bool>();
        await using var gathering = new Gathering<Item>(new GroupOptions(), _ => outcome.Task);
        gathering.Current.IsCompleted.ShouldBeTrue();

        gathering.Add(new Item());
        await Eventually.Async("the group", Deadline, () => !gathering.Current.IsCompleted);
        var current = gathering.Current;
        outcome.SetResult(true);

        await current.WaitAsync(Deadline);
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
