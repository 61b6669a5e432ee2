using System.Globalization;

namespace Payments.Flow.Tests.Kit;

/// <summary>When Stripe is asked about what is unclear: every few seconds, as no journey waits for the hours of production.</summary>
internal static class Timetable
{
    /// <summary>Settings of the orchestrator.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } =
        Ages("InDoubt").Concat(Ages("Pending")).ToDictionary(s => s.Name, s => s.Value);

    /// <summary>After 2 s, then every 5 s up to three minutes; the last one is far away, so that nothing parks.</summary>
    private static IEnumerable<(string Name, string Value)> Ages(string which) =>
        Enumerable.Range(1, 36).Select(n => TimeSpan.FromSeconds(5 * n))
            .Prepend(TimeSpan.FromSeconds(2)).Append(TimeSpan.FromHours(2))
            .Select((age, i) => ($"Resolution__Psps__stripe__{which}__{i}", age.ToString("c", CultureInfo.InvariantCulture)));
}
