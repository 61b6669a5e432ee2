using System.Buffers.Binary;
using System.Security.Cryptography;
using Payments.Contracts;

namespace Payments.Benchmark.Loading;

/// <summary>
/// Payment ids that tell which payment of which load they belong to, so that an arriving event needs no look-up: time,
/// number of the load, randomness of this run of the benchmark, number of the payment.
/// </summary>
internal static class PaymentIds
{
    private static readonly byte[] Run = RandomNumberGenerator.GetBytes(4);

    public static Ulid Create(TimeProvider time, ushort load, uint number)
    {
        Span<byte> bytes = stackalloc byte[Ulid.ByteLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], load);
        Run.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], number);
        return Ulid.FromBytes(bytes);
    }

    /// <summary>False for an id of another run.</summary>
    public static bool TryRead(Ulid id, out ushort load, out uint number)
    {
        Span<byte> bytes = stackalloc byte[Ulid.ByteLength];
        id.TryWriteBytes(bytes);
        load = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        number = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        return bytes[8..12].SequenceEqual(Run);
    }
}
