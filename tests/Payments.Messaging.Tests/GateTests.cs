using Payments.Contracts;

namespace Payments.Messaging.Tests;

public sealed class GateTests
{
    [Fact]
    public async Task Enter_SameKey_OneAtATime()
    {
        var gate = new Gate();
        var key = Ulid.NewUlid().ToGuid();
        var inside = 0;
        var most = 0;
        var total = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            await Task.Yield();
            using var turn = await gate.Enter(key);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            total++;
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }));

        most.ShouldBe(1);
        total.ShouldBe(200);
    }

    [Fact]
    public async Task Enter_AnotherKey_DoesNotWait()
    {
        var gate = new Gate();
        using var first = await gate.Enter(Ulid.NewUlid().ToGuid());

        var second = gate.Enter(Ulid.NewUlid().ToGuid());

        second.IsCompleted.ShouldBeTrue();
        (await second).Dispose();
    }
}
