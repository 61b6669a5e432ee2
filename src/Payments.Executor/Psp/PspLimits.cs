namespace Payments.Executor.Psp;

/// <summary>
/// How much one process asks of one account; with several executors for an account, divide. A wire format has defaults
/// below what its PSP publishes; an account whose limits were raised sets its own.
/// </summary>
/// <param name="MaxInFlight">Forward calls under way at once: the bulkhead.</param>
/// <param name="MaxPerSecond">Forward calls: sales, authorizations, captures.</param>
/// <param name="MaxControlPerSecond">Undos, look-ups and replays; apart, so that no rush of sales holds them up.</param>
internal sealed record PspLimits(int MaxInFlight, int MaxPerSecond, int MaxControlPerSecond)
{
    /// <summary>For PSPs that publish no number.</summary>
    public static PspLimits Unpublished { get; } = new(100, 40, 20);

    /// <summary>With what the connection sets itself.</summary>
    public PspLimits Over(PspLimitOptions set) => new(
        set.MaxInFlight ?? MaxInFlight, set.MaxPerSecond ?? MaxPerSecond, set.MaxControlPerSecond ?? MaxControlPerSecond);
}

/// <summary>A connection's own limits, over those of its wire format. Null is the format's default.</summary>
internal sealed class PspLimitOptions
{
    /// <summary>From 1 to 1,000 calls. More than the queue's prefetch has no effect.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>From 1 to 10,000 calls per second.</summary>
    public int? MaxPerSecond { get; init; }

    /// <summary>From 1 to 10,000 calls per second.</summary>
    public int? MaxControlPerSecond { get; init; }
}
