namespace Payments.Benchmark.Floor.Loop;

/// <summary>What one worker does with the messages of its queues.</summary>
internal interface IRole<TDelivery>
    where TDelivery : Delivery
{
    /// <summary>Consumed on one channel.</summary>
    IReadOnlyList<string> Queues { get; }

    /// <summary>Runs on the channel's thread; the body is gone when it returns.</summary>
    TDelivery Read(string queue, ReadOnlySpan<byte> body);

    /// <summary>
    /// Makes the batch durable, inbox rows and answers included, and sets <see cref="Delivery.Answer"/> of each. A unique
    /// index refuses the whole batch when a part of it was done before.
    /// </summary>
    Task Commit(IReadOnlyList<TDelivery> batch);

    /// <summary>The slow road: true when the delivery was settled before and its answer was found again.</summary>
    Task<bool> Recall(TDelivery delivery);
}
