using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>Where a circuit breaker stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BreakerState>))]
public enum BreakerState
{
    /// <summary>Everything goes through.</summary>
    Closed,

    /// <summary>Nothing new is sent.</summary>
    Open,

    /// <summary>One try probes whether the PSP is well again.</summary>
    HalfOpen,
}

/// <summary>Event: a circuit breaker of an executor changed. Each process has breakers of its own.</summary>
public sealed record PspBreakerChanged
{
    /// <summary>The account at a PSP, for instance <c>stripe-a</c>.</summary>
    public required string Connection { get; init; }

    /// <summary><c>charge</c>, <c>authorize</c> or <c>capture</c>.</summary>
    public required string Step { get; init; }

    public required BreakerState State { get; init; }

    /// <summary>The executor: host and process id.</summary>
    public required string Process { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}
