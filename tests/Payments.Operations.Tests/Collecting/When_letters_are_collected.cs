using System.Security.Cryptography;
using System.Text;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Collecting;

[Collection(CollectingCollection.Name)]
public sealed class When_letters_are_collected
{
    private const string CardNumber = "4242424242424242";

    [Fact]
    public async Task Should_keep_headers_and_body_byte_by_byte()
    {
        await using var box = await LetterBox.Open();
        var body = Enumerable.Range(0, 1024).Select(i => (byte)(i % 256)).ToArray();
        await box.Publish(body, p =>
        {
            p.MessageId = "m-1";
            p.ContentType = "application/x-odd";
            p.Priority = 3;
            p.Headers = new Dictionary<string, object?>
            {
                ["text"] = "Grüße",
                ["bytes"] = new byte[] { 0xFF, 0x00, 0xFD },
                ["binary"] = new BinaryTableValue([1, 2, 3]),
                ["int"] = 7,
                ["long"] = long.MaxValue,
                ["double"] = 0.1,
                ["flag"] = true,
                ["nothing"] = null,
                ["time"] = new AmqpTimestamp(1_700_000_000),
                ["list"] = new List<object?> { "a", 1 },
                ["table"] = new Dictionary<string, object?> { ["inner"] = "x" },
            };
        });
        using var collector = await box.Collect();

        var letter = (await box.Await(1)).ShouldHaveSingleItem();

        letter.Body.ShouldBe(body);
        (letter.Kind, letter.BodyBytes, letter.CardNumbers).ShouldBe(("binary", 1024, 0));
        letter.Hash.ShouldBe(SHA256.HashData(body));
        letter.Headers["properties"]!.ToJsonString().ShouldBe(
            """{"contentType":"application/x-odd","messageId":"m-1","deliveryMode":2,"priority":3}""");
        var headers = letter.Headers["headers"]!;
        headers["text"]!["value"]!.GetValue<string>().ShouldBe("Grüße");
        headers["bytes"]!.ToJsonString().ShouldBe("""{"type":"bytes","value":"/wD9"}""");
        headers["binary"]!.ToJsonString().ShouldBe("""{"type":"binary","value":"AQID"}""");
        headers["int"]!.ToJsonString().ShouldBe("""{"type":"int32","value":"7"}""");
        headers["long"]!.ToJsonString().ShouldBe("""{"type":"int64","value":"9223372036854775807"}""");
        headers["double"]!.ToJsonString().ShouldBe("""{"type":"double","value":"0.1"}""");
        headers["flag"]!.ToJsonString().ShouldBe("""{"type":"boolean","value":true}""");
        headers["nothing"]!.ToJsonString().ShouldBe("""{"type":"null"}""");
        headers["time"]!.ToJsonString().ShouldBe("""{"type":"timestamp","value":1700000000}""");
        headers["list"]!["value"]!.AsArray().Count.ShouldBe(2);
        headers["table"]!["value"]!["inner"]!["value"]!.GetValue<string>().ShouldBe("x");
        await box.AwaitEmpty();
        await collector.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("not JSON at all", "text")]
    [InlineData("""{"half": """, "text")]
    [InlineData("\0zero\0", "binary")]
    [InlineData("""{"nul":"\u0000","half":"\ud800","paymentId":"\ud800","orderId":"\u0000"}""", "json")]
    [InlineData("[[[[1]]]]", "json")]
    public async Task Should_keep_what_nobody_can_read(string body, string kind)
    {
        await using var box = await LetterBox.Open();
        await box.Publish(Encoding.UTF8.GetBytes(body));
        using var collector = await box.Collect();

        var letter = (await box.Await(1)).ShouldHaveSingleItem();

        (Encoding.UTF8.GetString(letter.Body!), letter.Kind).ShouldBe((body, kind));
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_keep_a_large_body_apart_with_its_true_size()
    {
        await using var box = await LetterBox.Open();
        var body = new byte[20_000_000];
        new Random(20).NextBytes(body);
        await box.Publish(body);
        using var collector = await box.Collect();

        var letter = (await box.Await(1)).ShouldHaveSingleItem();

        letter.Body.ShouldBeNull();
        letter.BodyBytes.ShouldBe(20_000_000);
        letter.Parts.ShouldNotBeNull().AsSpan().SequenceEqual(body).ShouldBeTrue();
        letter.Hash.ShouldBe(SHA256.HashData(body));
        await box.AwaitEmpty();
        await collector.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData($$"""{"orderId":"{{CardNumber}}","text":"paid with {{CardNumber}}"}""", """{"orderId":"4242424242424242","text":"paid with ****************"}""")]
    [InlineData($"plain {CardNumber}", "plain ****************")]
    [InlineData("""{"text":"\u003424242424242424\u0032","n":1}""", """{"text":"\u002a**************\u002a","n":1}""")]
    public async Task Should_mask_card_numbers_before_anything_is_stored(string delivered, string stored)
    {
        await using var box = await LetterBox.Open();
        await box.Publish(Encoding.UTF8.GetBytes(delivered), p => p.Headers = new Dictionary<string, object?>
        {
            ["MT-Fault-ExceptionType"] = "System.Exception",
            ["MT-Fault-Message"] = $"no {CardNumber}",
            ["MT-Fault-StackTrace"] = $"   at A.B() in {CardNumber}",
        });
        using var collector = await box.Collect();

        var letter = (await box.Await(1)).ShouldHaveSingleItem();

        Encoding.UTF8.GetString(letter.Body!).ShouldBe(stored);
        letter.CardNumbers.ShouldBe(3);
        letter.Hash.ShouldBe(SHA256.HashData(Encoding.UTF8.GetBytes(delivered)));
        var ids = delivered.Contains("orderId", StringComparison.Ordinal) ? 1 : 0;
        (await OperationsApp.Sql(
            "SELECT count(*) FROM dead_letter l WHERE letter_id = $1 AND (l::text || convert_from(headers, 'UTF8') || regexp_replace(convert_from(body, 'UTF8'), '\"orderId\":\"\\d+\"', '')) LIKE '%' || $2 || '%' AND $3 = 0",
            letter.Id.ToGuid(), CardNumber, ids)).ShouldBe(0L);
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_find_new_queues_and_such_as_were_deleted_without_a_restart()
    {
        await using var box = await LetterBox.Unopened();
        using var collector = await box.Collect();

        for (var round = 1; round <= 2; round++)
        {
            await box.Declare();
            await box.PublishFault($"round-{round}");
            await box.Await(round);
            await box.Channel.QueueDeleteAsync(box.Queue);
        }

        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_take_what_exceeded_its_delivery_limit_and_what_found_no_queue()
    {
        await using var box = await LetterBox.Unopened();
        await box.Channel.QueueDeclareAsync(box.Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = 1,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = Routes.DeadLetters,
        });
        var id = Ulid.NewUlid().ToString();
        await box.Publish(Encoding.UTF8.GetBytes($$"""{"paymentId":"{{id}}"}"""));
        for (var i = 0; i < 2; i++)
        {
            var poison = await Eventually.Async(
                "the poison message", LetterBox.Deadline, () => box.Channel.BasicGetAsync(box.Queue, autoAck: false), p => p is not null);
            await box.Channel.BasicNackAsync(poison!.DeliveryTag, multiple: false, requeue: true);
        }

        await box.Channel.BasicPublishAsync("", Routes.Unrouted, Encoding.UTF8.GetBytes($$"""{"paymentId":"{{id}}"}"""));
        using var collector = await box.Collect();

        await Eventually.Async("both letters", LetterBox.Deadline, async () => await OperationsApp.Sql(
            "SELECT string_agg(reason || ' ' || queue || ' ' || endpoint, ', ' ORDER BY reason) FROM dead_letter WHERE payment_id = $1",
            Ulid.Parse(id).ToGuid()) as string == $"delivery_limit dead-letters {box.Queue}, unrouted unrouted ");
        await collector.StopAsync(CancellationToken.None);
    }
}
