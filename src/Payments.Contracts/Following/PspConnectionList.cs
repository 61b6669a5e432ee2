namespace Payments.Contracts;

/// <summary>The body of <c>GET /v1/psp-connections</c>: by connection, then by process.</summary>
public sealed record PspConnectionList
{
    public required IReadOnlyList<PspConnectionDetails> Connections { get; init; }
}

/// <summary>An account at a PSP as one executor sees it.</summary>
public sealed record PspConnectionDetails
{
    /// <summary>For instance <c>stripe-a</c>.</summary>
    public required string Connection { get; init; }

    /// <summary>The wire format, for instance <c>stripe</c>.</summary>
    public required string Adapter { get; init; }

    /// <summary>The executor: host and process id.</summary>
    public required string Process { get; init; }

    /// <summary>By step (<c>charge</c>, <c>authorize</c>, <c>capture</c>): <c>closed</c>, <c>half_open</c> or <c>open</c>.</summary>
    public required IReadOnlyDictionary<string, string> Breakers { get; init; }

    /// <summary>Calls under way.</summary>
    public required int InFlight { get; init; }

    /// <summary>The bulkhead, in calls.</summary>
    public required int MaxInFlight { get; init; }

    /// <summary>Forward calls per second.</summary>
    public required int MaxPerSecond { get; init; }

    /// <summary>Undos, look-ups and replays per second.</summary>
    public required int MaxControlPerSecond { get; init; }

    /// <summary>How the tries of the last five minutes ended, snake_case, with their number.</summary>
    public required IReadOnlyDictionary<string, int> Recent { get; init; }

    /// <summary>Operations whose outcome is uncertain, of all processes: nobody knows whether they happened.</summary>
    public required int InDoubt { get; init; }

    /// <summary>Operations that the PSP has taken in and tells of later, of all processes.</summary>
    public required int Pending { get; init; }

    /// <summary>Unsent operations that wait for the PSP, of all processes.</summary>
    public required int Waiting { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The process has not reported for half a minute: it has stopped, or hangs.</summary>
    public required bool Stale { get; init; }
}
