using FsCheck;
using FsCheck.Fluent;

namespace Payments.Contracts;

/// <summary>Checks a property over generated values; a failure prints the value found and the seed.</summary>
internal static class Property
{
    public static void Holds<T>(Gen<T> values, Action<T> property, int times = 1000) =>
        Prop.ForAll(values.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(times));

    public static void Holds<T1, T2>(Gen<T1> first, Gen<T2> second, Action<T1, T2> property, int times = 1000) =>
        Holds(Gen.Zip(first, second), pair => property(pair.Item1, pair.Item2), times);

    public static void Holds<T1, T2, T3>(
        Gen<T1> first,
        Gen<T2> second,
        Gen<T3> third,
        Action<T1, T2, T3> property,
        int times = 1000) =>
        Holds(
            Gen.Zip(Gen.Zip(first, second), third),
            triple => property(triple.Item1.Item1, triple.Item1.Item2, triple.Item2),
            times);
}
