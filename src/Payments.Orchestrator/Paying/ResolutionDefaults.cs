namespace Payments.Orchestrator.Paying;

/// <summary>First seconds, then minutes, then hours; apart where a PSP's own rules say so.</summary>
internal static class ResolutionDefaults
{
    public const string AnyPsp = "any other";

    public static IReadOnlyDictionary<string, TimetableOptions> ByPsp { get; } = new Dictionary<string, TimetableOptions>
    {
        // No look-up finds a payment, and its key lives 7 days. Captures, voids and refunds are answered by webhook only:
        // asking covers a webhook that was lost.
        ["adyen"] = new()
        {
            InDoubt = [Seconds(2), Seconds(10), Minutes(1), Minutes(5), Minutes(30), Hours(2), Hours(12), Hours(24), Hours(48), Hours(144)],
            Pending = [Minutes(10), Hours(1), Hours(6), Hours(24), Hours(72), Hours(168)],
        },
        // Without a key only a search tells, and its index lags.
        ["braintree"] = new()
        {
            InDoubt = [TimeSpan.Zero, Minutes(1), Hours(1), Hours(24)],
            Pending = [Minutes(1), Minutes(10), Hours(1), Hours(6), Hours(24), Hours(72), Hours(168)],
        },
        // The key of an order lives 6 hours.
        ["paypal"] = new()
        {
            InDoubt = [Seconds(2), Seconds(10), Minutes(1), Minutes(5), Minutes(30), Hours(1), Hours(3), Hours(5), Hours(24), Hours(48)],
            Pending = [Minutes(1), Minutes(10), Hours(1), Hours(6), Hours(24), Hours(72), Hours(168)],
        },
        // Refunds begin as pending, and may stay so for days.
        ["square"] = new()
        {
            Pending = [Seconds(10), Minutes(1), Minutes(10), Hours(1), Hours(6), Hours(24), Hours(72), Hours(168), Hours(336)],
        },
        [AnyPsp] = new()
        {
            InDoubt =
            [
                Seconds(2), Seconds(7), Seconds(15), Seconds(30), Minutes(2), Minutes(5), Minutes(20), Hours(1), Hours(4), Hours(12),
                Hours(24), Hours(48), Hours(96),
            ],
            Pending =
            [
                Seconds(2), Seconds(10), Seconds(30), Minutes(2), Minutes(10), Hours(1), Hours(6), Hours(24), Hours(72), Hours(168),
            ],
            // Settlements are daily, except on the days when banks rest.
            RefundRetry = [Hours(24), Hours(48), Hours(72), Hours(96), Hours(120)],
        },
    };

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private static TimeSpan Hours(int hours) => TimeSpan.FromHours(hours);
}
