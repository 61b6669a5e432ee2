using System.Text;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Collecting;

/// <summary>Whatever a letter holds, it can be read: one that could not would hold up the others.</summary>
public sealed class LetterTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-31T13:00:00Z");

    [Fact]
    public void Read_HostileTraces_AreRead()
    {
        var lines = new string('\n', 100_000);
        var spaces = new string(' ', 100_000);
        foreach (var trace in (string[])[lines, spaces, $"at {spaces}", $"   at {new string('<', 100_000)}(", "at (", "at ", $"---> {spaces}: "])
        {
            var letter = Read("{}"u8.ToArray(), new() { ["MT-Fault-StackTrace"] = trace, ["MT-Fault-ExceptionType"] = trace });

            letter.Frame.ShouldNotBe("");
            (letter.ExceptionKind ?? "").Length.ShouldBeLessThanOrEqualTo(500);
        }
    }

    [Fact]
    public void Read_TablesInTables_AreRead()
    {
        object? table = "end";
        for (var i = 0; i < 3000; i++)
            table = new Dictionary<string, object?> { ["t"] = table };

        var letter = Read([], new() { ["deep"] = table });

        Encoding.UTF8.GetString(letter.Headers).ShouldContain("too_deep");
    }

    [Theory]
    [InlineData("""{"message":{"amount":{"amount":9999999999999,"currency":"EUR"} },"messageType":["urn:message:A:B"]}""")]
    [InlineData("""{"message":{"amount":{"amount":1,"currency":"\ud800"} },"messageType":["urn:message:A:B"]}""")]
    [InlineData("""{"message":{"orders":[{"amount":{"amount":1000000000000,"currency":"EUR"} },{"amount":{"amount":1000000000000,"currency":"EUR"} }]},"messageType":["urn:message:A:B"]}""")]
    [InlineData("""{"message":{"orders":[{"amount":{"amount":1,"currency":"EUR"} },{"amount":{"amount":1,"currency":"USD"} }]},"messageType":["urn:message:A:B"]}""")]
    [InlineData("""{"message":{"orders":[{"amount":7},null,[]]},"messageType":["urn:message:A:B",7]}""")]
    [InlineData("""{"message":null,"messageType":["urn:message:A:B"]}""")]
    public void Read_MoneyThatIsNone_IsNull(string body)
    {
        var letter = Read(Encoding.UTF8.GetBytes(body));

        letter.Amount.ShouldBeNull();
        letter.MessageType.ShouldBe("A:B");
    }

    [Theory]
    [InlineData("""{"paymentId":"01JDA5V9R0ZB3T6M8Q2X4Y7W1K","amount":{"amount":7,"currency":"EUR"}}""", 7)]
    [InlineData("""{"message":{"PaymentId":"01JDA5V9R0ZB3T6M8Q2X4Y7W1K","lines":[{"orderId":"1","amount":{"amount":3,"currency":"EUR"}},{"orderId":"2","amount":{"amount":4,"currency":"EUR"}}]},"messageType":["urn:message:A:B"]}""", 7)]
    [InlineData("""{"message":{"paymentId":"01JDA5V9R0ZB3T6M8Q2X4Y7W1K","lines":[{"orderId":"1","gross":{"amount":9,"currency":"EUR"},"fee":{"amount":1,"currency":"EUR"}}]},"messageType":["urn:message:A:B"]}""", 9)]
    public void Read_PlainAndEnveloped_AreUnderstood(string body, long amount)
    {
        var letter = Read(Encoding.UTF8.GetBytes(body));

        letter.PaymentId.ShouldBe(Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1K"));
        letter.Amount.ShouldBe(new Money(amount, Currency.Eur));
    }

    [Theory]
    [InlineData("2026-01-31T12:59:59.5Z", "2026-01-31T12:59:59.5Z")]
    [InlineData("2026-01-31T14:59:59+02:00", "2026-01-31T12:59:59Z")]
    [InlineData("2036-01-31T12:59:59Z", "2026-01-31T13:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "2026-01-31T13:00:00Z")]
    [InlineData("yesterday", "2026-01-31T13:00:00Z")]
    public void Read_TheTimeOfAFailure_IsBelievedWhereItCanBe(string header, string expected) =>
        Read([], new() { ["MT-Fault-Timestamp"] = header }).FailedAt.ShouldBe(DateTimeOffset.Parse(expected));

    [Fact]
    public void Read_InnerExceptions_AreAChain()
    {
        const string Trace = "System.Exception: outer\n ---> A.InnerException: inner: with 4242424242424242\n   at A.B.Run()\n   --- End of inner exception stack trace ---\n   at A.C.Run()";

        var letter = Read([], new() { ["MT-Fault-ExceptionType"] = "System.Exception", ["MT-Fault-Message"] = "outer", ["MT-Fault-StackTrace"] = Trace });

        letter.Exceptions.ShouldBe(
            [new DeadLetterException("System.Exception", "outer"), new DeadLetterException("A.InnerException", "inner: with ****************")]);
    }

    [Fact]
    public void Identity_OfAnotherDelivery_IsTheSame()
    {
        var first = Read("x"u8.ToArray(), new() { ["b"] = "2", ["a"] = "1" });
        var again = Read("x"u8.ToArray(), new() { ["a"] = "1", ["b"] = "2", ["x-delivery-count"] = 3 });
        var other = Read("y"u8.ToArray(), new() { ["a"] = "1", ["b"] = "2" });

        again.Identity.ShouldBe(first.Identity);
        other.Identity.ShouldNotBe(first.Identity);
        first.Id.ShouldNotBe(again.Id);
    }

    [Theory]
    [InlineData("", "Payments.Contracts:OrderCaptured", "Payments.Contracts:OrderCaptured")]
    [InlineData("payment-requested", "forged", "payment-requested")]
    [InlineData("", null, "")]
    public void Read_WhatNoQueueTook_IsOfTheExchangeItWasPublishedTo(string exchange, string? header, string expected)
    {
        var headers = header is null ? [] : new Dictionary<string, object?> { [Routes.OriginalExchangeHeader] = Encoding.UTF8.GetBytes(header) };

        var letter = Letter.Read(
            new LetterSource(Routes.Unrouted, exchange, Routes.Unrouted, Redelivered: false, new BasicProperties { Headers = headers }, []), Now);

        (letter.Endpoint, letter.MessageType, letter.Reason).ShouldBe((expected, expected, LetterReason.Unrouted));
    }

    private static Letter Read(byte[] body, Dictionary<string, object?>? headers = null)
    {
        // As they come over the wire.
        var wire = headers?.ToDictionary(h => h.Key, h => h.Value is string text ? Encoding.UTF8.GetBytes(text) : h.Value);
        return Letter.Read(
            new LetterSource("toy_error", "toy_error", "", Redelivered: false, new BasicProperties { Headers = wire }, body), Now);
    }
}
