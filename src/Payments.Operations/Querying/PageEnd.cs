using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary>Where a page of a list ended: the next one starts after it.</summary>
/// <param name="At">Of the last one shown.</param>
/// <param name="Id">Of the last one shown; those of the same moment are in order of their ids.</param>
internal sealed record PageEnd(DateTimeOffset At, Ulid Id)
{
    private const int TimeLength = sizeof(long);
    private const int Length = TimeLength + Ulid.ByteLength;

    public string ToCursor()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, At.UtcTicks);
        Id.TryWriteBytes(bytes[TimeLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False for anything that <see cref="ToCursor"/> did not write.</summary>
    public static bool TryRead(string cursor, [NotNullWhen(true)] out PageEnd? end)
    {
        end = null;
        var bytes = new byte[Length];
        if (!Base64Url.IsValid(cursor, out var length) || length != Length || !Base64Url.TryDecodeFromChars(cursor, bytes, out _))
            return false;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < DateTimeOffset.MinValue.UtcTicks || ticks > DateTimeOffset.MaxValue.UtcTicks)
            return false;
        end = new PageEnd(new DateTimeOffset(ticks, TimeSpan.Zero), Ulid.FromBytes(bytes.AsSpan(TimeLength)));
        return true;
    }
}
