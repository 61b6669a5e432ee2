using System.Collections;
using System.Text;
using Payments.Operations.Collecting;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Replaying;

/// <summary>What is kept of a message's headers is all of it: it can be made again.</summary>
public sealed class LetterHeadersTests
{
    private const int Cases = 500;
    private const int MaxDepth = 4;

    [Fact]
    public void Read_WhateverWasWritten_IsTheSame()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var source = Source(new Random(seed));

            var read = LetterHeaders.Read(LetterHeaders.Write(source, forIdentity: false, out _)).ShouldNotBeNull();

            (read.Exchange, read.RoutingKey).ShouldBe((source.Exchange, source.RoutingKey));
            Show(read.Properties).ShouldBe(Show(source.Properties), $"seed {seed}");
        }
    }

    [Fact]
    public void Read_TablesThatWereTooDeep_IsNull()
    {
        object? table = "end"u8.ToArray();
        for (var i = 0; i < 3000; i++)
            table = new Dictionary<string, object?> { ["t"] = table };
        var source = new LetterSource("q", "", "", false, new BasicProperties { Headers = new Dictionary<string, object?> { ["deep"] = table } }, []);

        LetterHeaders.Read(LetterHeaders.Write(source, forIdentity: false, out _)).ShouldBeNull();
    }

    private static LetterSource Source(Random random)
    {
        var properties = new BasicProperties();
        Action[] all =
        [
            () => properties.ContentType = Text(random),
            () => properties.ContentEncoding = Text(random),
            () => properties.CorrelationId = Text(random),
            () => properties.ReplyTo = Text(random),
            () => properties.Expiration = $"{random.Next()}",
            () => properties.MessageId = Text(random),
            () => properties.Type = Text(random),
            () => properties.UserId = Text(random),
            () => properties.AppId = Text(random),
            () => properties.ClusterId = Text(random),
            () => properties.DeliveryMode = (DeliveryModes)random.Next(1, 3),
            () => properties.Priority = (byte)random.Next(256),
            () => properties.Timestamp = new AmqpTimestamp(random.NextInt64(0, 4_000_000_000)),
            () => properties.Headers = Table(random, 0),
        ];
        foreach (var set in all.Where(_ => random.Next(2) == 0))
            set();
        return new LetterSource("q", Text(random), Text(random), false, properties, []);
    }

    private static Dictionary<string, object?> Table(Random random, int depth) =>
        Enumerable.Range(0, random.Next(1, 6)).ToDictionary(i => $"{i}-{Text(random)}", _ => Value(random, depth));

    /// <summary>Of the types that come over the wire.</summary>
    private static object? Value(Random random, int depth) => random.Next(depth < MaxDepth ? 18 : 16) switch
    {
        0 => null,
        1 => Encoding.UTF8.GetBytes(Text(random)),
        2 => Bytes(random),
        3 => new BinaryTableValue(Bytes(random)),
        4 => random.Next(2) == 0,
        5 => (byte)random.Next(256),
        6 => (sbyte)random.Next(-128, 128),
        7 => (short)random.Next(short.MinValue, short.MaxValue + 1),
        8 => (ushort)random.Next(ushort.MaxValue + 1),
        9 => random.Next(int.MinValue, int.MaxValue),
        10 => (uint)random.NextInt64(uint.MaxValue + 1L),
        11 => random.NextInt64(long.MinValue, long.MaxValue),
        12 => BitConverter.Int32BitsToSingle(random.Next()),
        13 => BitConverter.Int64BitsToDouble(random.NextInt64()),
        14 => new decimal(random.Next(), 0, 0, random.Next(2) == 0, (byte)random.Next(20)),
        15 => new AmqpTimestamp(random.NextInt64(0, 4_000_000_000)),
        16 => Table(random, depth + 1),
        _ => Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1)).ToList(),
    };

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => char.ConvertFromUtf32(random.Next(4) == 0 ? random.Next(0x10000, 0x10FFFF) : random.Next(0x20, 0xD7FF))));

    private static string Show(IReadOnlyBasicProperties p) => string.Join(
        '\n',
        $"{p.IsContentTypePresent()} {p.ContentType}", $"{p.IsContentEncodingPresent()} {p.ContentEncoding}",
        $"{p.IsCorrelationIdPresent()} {p.CorrelationId}", $"{p.IsReplyToPresent()} {p.ReplyTo}",
        $"{p.IsExpirationPresent()} {p.Expiration}", $"{p.IsMessageIdPresent()} {p.MessageId}", $"{p.IsTypePresent()} {p.Type}",
        $"{p.IsUserIdPresent()} {p.UserId}", $"{p.IsAppIdPresent()} {p.AppId}", $"{p.IsClusterIdPresent()} {p.ClusterId}",
        $"{p.IsDeliveryModePresent()} {p.DeliveryMode}", $"{p.IsPriorityPresent()} {p.Priority}",
        $"{p.IsTimestampPresent()} {p.Timestamp.UnixTime}", Show(p.Headers));

    /// <summary>With the types, and every bit.</summary>
    public static string Show(object? value) => value switch
    {
        null => "null",
        byte[] text => $"text {Convert.ToHexString(text)}",
        BinaryTableValue binary => $"binary {Convert.ToHexString(binary.Bytes)}",
        float single => $"Single {BitConverter.SingleToInt32Bits(single)}",
        double twice => $"Double {BitConverter.DoubleToInt64Bits(twice)}",
        decimal number => $"Decimal {string.Join(' ', decimal.GetBits(number))}",
        AmqpTimestamp time => $"time {time.UnixTime}",
        IDictionary<string, object?> table =>
            $"{{{string.Join(", ", table.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}: {Show(t.Value)}"))}}}",
        IList list => $"[{string.Join(", ", list.Cast<object?>().Select(Show))}]",
        _ => $"{value.GetType().Name} {value}",
    };
}
