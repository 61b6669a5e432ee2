namespace Payments.Executor.Psp;

/// <summary>When a circuit breaker opens, and for how long. One breaker per connection and forward step.</summary>
internal sealed class PspBreakerOptions
{
    public const double DefaultFailureRatio = 0.5;
    public const int DefaultMinimumTries = 20;
    public const double DefaultSamplingSeconds = 30;
    public const double DefaultBreakSeconds = 10;

    /// <summary>Share of failed tries that opens it. Default 0.5, from 0.05 to 1.</summary>
    public double FailureRatio { get; init; } = DefaultFailureRatio;

    /// <summary>Fewer tries than this within the sampling time never open it. Default 20, from 2 to 10,000.</summary>
    public int MinimumTries { get; init; } = DefaultMinimumTries;

    /// <summary>How long a try counts, in seconds. Default 30, from 0.5 to 600.</summary>
    public double SamplingSeconds { get; init; } = DefaultSamplingSeconds;

    /// <summary>How long it stays open before one try probes, in seconds. Default 10, from 0.5 to 300.</summary>
    public double BreakSeconds { get; init; } = DefaultBreakSeconds;
}
