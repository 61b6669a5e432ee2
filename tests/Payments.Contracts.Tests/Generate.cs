using FsCheck;
using FsCheck.Fluent;

namespace Payments.Contracts;

/// <summary>Generators of the values that messages carry.</summary>
internal static class Generate
{
    private static readonly long Now = DateTimeOffset.Parse("2026-11-23T00:00:00Z").ToUnixTimeMilliseconds();

    /// <summary>Times in steps of a tick, 1970 to 2096.</summary>
    public static Gen<DateTimeOffset> Time { get; } =
        from milliseconds in Long(0, 4_000_000_000_000)
        from ticks in Gen.Choose(0, (int)TimeSpan.TicksPerMillisecond - 1)
        select DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).AddTicks(ticks);

    /// <summary>Any 128 bits, few bits set or many, so that neighbours and far ones both come up.</summary>
    public static Gen<Ulid> AnyUlid { get; } =
        from bytes in Gen.ArrayOf(
            Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Constant(255)), (2, Gen.Choose(0, 255))),
            Ulid.ByteLength)
        select Ulid.FromBytes(bytes.Select(value => (byte)value).ToArray());

    /// <summary>Ids as they are made.</summary>
    public static Gen<Ulid> FreshUlid { get; } =
        from offset in Long(-100_000_000_000, 100_000_000_000)
        select Ulid.NewUlid(DateTimeOffset.FromUnixTimeMilliseconds(Now + offset));

    public static Gen<Currency> Currency { get; } = Gen.Elements(Contracts.Currency.All.AsEnumerable());

    /// <summary>Minor units within the limit, small ones and the limits themselves more often.</summary>
    public static Gen<long> Amount { get; } = Gen.Frequency(
        (4, Long(-Contracts.Money.MaxAmount, Contracts.Money.MaxAmount)),
        (4, Long(-10_000, 10_000)),
        (1, Gen.Elements(-Contracts.Money.MaxAmount, -1, 0, 1, Contracts.Money.MaxAmount)));

    public static Gen<Money> Money { get; } =
        from amount in Amount
        from currency in Currency
        select new Money(amount, currency);

    /// <summary>Evenly distributed, both ends included.</summary>
    public static Gen<long> Long(long low, long high) =>
        from upper in Gen.Choose(0, int.MaxValue)
        from lower in Gen.Choose(0, int.MaxValue)
        select low + ((((long)upper << 31) | (long)lower) % (high - low + 1));

    public static Gen<string> Digits(int length) =>
        Gen.ArrayOf(Gen.Elements("0123456789".AsEnumerable()), length).Select(digits => new string(digits));

    public static Gen<string> Text(string letters, int maxLength) =>
        from length in Gen.Choose(0, maxLength)
        from text in Gen.ArrayOf(Gen.Elements(letters.AsEnumerable()), length)
        select new string(text);
}
