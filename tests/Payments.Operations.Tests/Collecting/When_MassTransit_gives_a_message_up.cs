using System.Text;
using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Collecting;

/// <summary>The real bus of Operations gives real messages up.</summary>
[Collection(CollectingCollection.Name)]
public sealed class When_MassTransit_gives_a_message_up(OperationsApp app)
{
    [Fact]
    public async Task Should_know_what_was_thrown_where_and_when()
    {
        app.Services.ShouldNotBeNull();
        await using var box = await LetterBox.Unopened();
        var marker = $"id-{Ulid.NewUlid()}";
        var before = DateTimeOffset.UtcNow;
        await Send(box, "GetPayment", new { paymentId = marker });
        using var collector = await box.Collect();

        await AwaitLetter(marker);

        (await Column("queue", marker)).ShouldBe($"{Routes.Queries}_error");
        (await Column("endpoint", marker)).ShouldBe(Routes.Queries);
        (await Column("reason", marker)).ShouldBe("fault");
        (await Column("message_type", marker)).ShouldBe("Payments.Contracts:GetPayment");
        (await Column("exception_type", marker)).ShouldBe("System.Text.Json.JsonException");
        ((string)(await Column("stack_trace", marker))!).ShouldContain("UlidJsonConverter");
        (await Column("(exceptions->0->>'type')", marker)).ShouldBe("System.Text.Json.JsonException");
        ((string)(await Column("host", marker))!).ShouldStartWith($"{Environment.MachineName}/{Environment.ProcessId}");
        ((DateTime)(await Column("failed_at", marker))!).ShouldBeGreaterThan(before.UtcDateTime.AddSeconds(-1));
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_know_what_no_consumer_wanted()
    {
        app.Services.ShouldNotBeNull();
        await using var box = await LetterBox.Unopened();
        var marker = $"id-{Ulid.NewUlid()}";
        await Send(box, "NobodyKnowsThis", new { orderId = marker });
        using var collector = await box.Collect();

        await AwaitLetter(marker);

        (await Column("reason", marker)).ShouldBe("skipped");
        (await Column("endpoint", marker)).ShouldBe(Routes.Queries);
        (await Column("message_type", marker)).ShouldBe("Payments.Contracts:NobodyKnowsThis");
        (await Column("order_ids[1]", marker)).ShouldBe(marker);
        (await Column("exception_type", marker)).ShouldBe(DBNull.Value);
        await collector.StopAsync(CancellationToken.None);
    }

    private static async Task Send(LetterBox box, string type, object message)
    {
        var id = Ulid.NewUlid().ToGuid();
        var envelope = new { messageId = id, messageType = new[] { $"urn:message:Payments.Contracts:{type}" }, message };
        await box.Channel.BasicPublishAsync(
            "", Routes.Queries, mandatory: true,
            new BasicProperties
            {
                MessageId = id.ToString(),
                ContentType = "application/vnd.masstransit+json",
                DeliveryMode = DeliveryModes.Persistent,
            },
            JsonSerializer.SerializeToUtf8Bytes(envelope));
    }

    private static Task AwaitLetter(string marker) => Eventually.Async(
        $"the letter with {marker}", LetterBox.Deadline, async () => await Column("count(*)", marker) is 1L);

    private static Task<object?> Column(string column, string marker) => OperationsApp.Sql(
        $"SELECT {column} FROM dead_letter WHERE position($1 IN body) > 0", Encoding.UTF8.GetBytes(marker));
}
