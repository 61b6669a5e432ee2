using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Payments.Contracts;

/// <summary>Makes ULIDs that only ever grow, from any number of threads.</summary>
/// <remarks>
/// The first id of a millisecond takes 80 bits of cryptographic randomness; each further one adds 1 to the one before,
/// as the specification has it. So ids are unique and ordered, and the next one can be guessed: an id is not a secret.
/// A clock that goes backwards is treated as one that stands still. When the 80 bits are used up within a millisecond,
/// the generator borrows the next one with new randomness, where the specification lets it fail: the order holds, and
/// the time in the id runs ahead by what was borrowed until the clock has caught up.
/// </remarks>
public sealed class UlidGenerator
{
    private static readonly UInt128 MaxRandomness = (UInt128.One << Ulid.RandomBits) - UInt128.One;

    private readonly TimeProvider _clock;
    private readonly RandomFill _fill;
    private readonly Lock _lock = new();
    private long _milliseconds = -1;
    private UInt128 _randomness;

    /// <summary>A generator of its own; ids are ordered within one generator.</summary>
    /// <param name="clock">Where the time comes from.</param>
    public UlidGenerator(TimeProvider clock)
        : this(clock, RandomNumberGenerator.Fill)
    {
    }

    internal UlidGenerator(TimeProvider clock, RandomFill fill)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _fill = fill;
    }

    internal delegate void RandomFill(Span<byte> bytes);

    internal static UlidGenerator Shared { get; } = new(TimeProvider.System);

    /// <summary>The next ULID, greater than all this generator made before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The clock stands before 1970.</exception>
    public Ulid Next()
    {
        var now = Ulid.ToUnixMilliseconds(_clock.GetUtcNow());
        // Before the lock, which all threads want: the time in it never goes back, so what is needed inside is there.
        var drawn = now > Interlocked.Read(ref _milliseconds) ? NextRandomness(_fill) : default;
        lock (_lock)
        {
            if (now > _milliseconds)
            {
                _milliseconds = now;
                _randomness = drawn;
            }
            else if (_randomness < MaxRandomness)
            {
                _randomness += UInt128.One;
            }
            else
            {
                _milliseconds++;
                _randomness = NextRandomness(_fill);
            }

            return new Ulid(_milliseconds, _randomness);
        }
    }

    internal static UInt128 NextRandomness(RandomFill fill)
    {
        Span<byte> bytes = stackalloc byte[Ulid.ByteLength];
        bytes.Clear();
        fill(bytes[^(Ulid.RandomBits / 8)..]);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
