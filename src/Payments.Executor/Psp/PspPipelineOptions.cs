namespace Payments.Executor.Psp;

/// <summary>Limits of the HTTP pipeline. All times in seconds.</summary>
internal sealed class PspPipelineOptions
{
    public const double DefaultConnectLimitSeconds = 1;
    public const double DefaultWriteLimitSeconds = 1;
    public const double DefaultTryLimitSeconds = 5;
    public const double DefaultTotalLimitSeconds = 20;
    public const int DefaultMaxTries = 3;
    public const double DefaultBackoffSeconds = 0.2;
    public const double DefaultMaxBackoffSeconds = 2;

    /// <summary>TCP and TLS set-up of a new connection. Default 1, from 0.05 to 10.</summary>
    public double ConnectLimitSeconds { get; init; } = DefaultConnectLimitSeconds;

    /// <summary>Writing the request, once connected. Default 1, from 0.05 to 10.</summary>
    public double WriteLimitSeconds { get; init; } = DefaultWriteLimitSeconds;

    /// <summary>One try: connecting, writing and reading the whole answer. Default 5, from 0.1 to 20.</summary>
    public double TryLimitSeconds { get; init; } = DefaultTryLimitSeconds;

    /// <summary>
    /// All tries of one run together, reads included. Default 20, which the executor's lease is made for; from the try limit
    /// to 20.
    /// </summary>
    public double TotalLimitSeconds { get; init; } = DefaultTotalLimitSeconds;

    /// <summary>Tries of one run. Default 3, from 1 to 10.</summary>
    public int MaxTries { get; init; } = DefaultMaxTries;

    /// <summary>Wait before the second try; doubles with each try, with jitter. Default 0.2, from 0 to 10.</summary>
    public double BackoffSeconds { get; init; } = DefaultBackoffSeconds;

    /// <summary>Upper bound of a wait that the PSP did not ask for. Default 2, from the backoff to 10.</summary>
    public double MaxBackoffSeconds { get; init; } = DefaultMaxBackoffSeconds;
}
