using Payments.Operations.Collecting;
using Payments.Testing;

namespace Payments.Operations.Tests.Collecting;

/// <summary>The broker does not say how old messages of quorum queues are; what it says one time after the other does.</summary>
public sealed class When_queues_are_listed
{
    [Fact]
    public async Task Should_tell_since_when_a_queue_is_not_empty()
    {
        await using var box = await LetterBox.Unopened();
        await box.DeclareEndpoint();
        using var management = new BrokerManagement(RunDirectory.Configuration("operations"), TimeProvider.System);
        async Task<BrokerQueue?> Read() => (await management.ReadQueues(CancellationToken.None)).SingleOrDefault(q => q.Name == box.Endpoint);

        (await Eventually.Async("the queue", LetterBox.Deadline, Read, q => q is not null))!.NotEmptySince.ShouldBeNull();
        var before = DateTimeOffset.UtcNow;
        await box.Channel.BasicPublishAsync("", box.Endpoint, mandatory: true, new RabbitMQ.Client.BasicProperties(), "x"u8.ToArray());

        var full = await Eventually.Async("the message to be counted", LetterBox.Deadline, Read, q => q is { Ready: 1 });
        full!.NotEmptySince.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(before);

        await box.Channel.QueuePurgeAsync(box.Endpoint);
        (await Eventually.Async("the message to be gone", LetterBox.Deadline, Read, q => q is { Ready: 0 }))!.NotEmptySince.ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_guess_what_was_before_it_began_to_look()
    {
        await using var box = await LetterBox.Unopened();
        await box.DeclareEndpoint();
        await box.Channel.BasicPublishAsync("", box.Endpoint, mandatory: true, new RabbitMQ.Client.BasicProperties(), "x"u8.ToArray());
        using var known = new BrokerManagement(RunDirectory.Configuration("operations"), TimeProvider.System);
        await Eventually.Async("the message to be counted", LetterBox.Deadline, async () => await Count(known, box) == 1);

        using var management = new BrokerManagement(RunDirectory.Configuration("operations"), TimeProvider.System);
        (await management.ReadQueues(CancellationToken.None)).Single(q => q.Name == box.Endpoint).NotEmptySince.ShouldBeNull();
    }

    private static async Task<long> Count(BrokerManagement management, LetterBox box) =>
        (await management.ReadQueues(CancellationToken.None)).Where(q => q.Name == box.Endpoint).Sum(q => q.Ready);
}
