namespace Payments.Benchmark.Floor.Loop;

/// <summary>A consumed message. In this flow each one causes exactly one other.</summary>
internal abstract class Delivery
{
    /// <summary>Where it came from; with the message id the key of the inbox.</summary>
    public required string Queue { get; init; }

    /// <summary>Of the channel: acknowledged once <see cref="Answer"/> is confirmed.</summary>
    public ulong Tag { get; set; }

    public Guid MessageId { get; set; }

    public Guid ConversationId { get; set; }

    /// <summary>What is said in answer; set when it is settled.</summary>
    public Outgoing Answer { get; set; }
}
