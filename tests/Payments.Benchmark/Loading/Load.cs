namespace Payments.Benchmark.Loading;

/// <summary>Payments of one variant, numbered from 0, and what became of them.</summary>
internal sealed class Load(Variant variant, Tally tally, TimeProvider time)
{
    private uint _next;

    public Variant Variant { get; } = variant;

    public Tally Tally { get; } = tally;

    public int Published => (int)_next;

    public async Task Publish(FrontDoor door, int count)
    {
        for (var i = 0; i < count; i++)
            await PublishNext(door);
        await door.Flush();
    }

    public ValueTask PublishNext(FrontDoor door)
    {
        var number = _next++;
        return door.Publish(Variant.Request(PaymentIds.Create(time, Tally.Load, number), number));
    }

    /// <summary>No more will be published.</summary>
    public void Close() => Tally.Expect(Published);
}
