using Payments.Contracts;
using Polly;
using Polly.CircuitBreaker;

namespace Payments.Executor.Psp;

/// <summary>A breaker changed.</summary>
internal sealed record BreakerChange(string Connection, PspStep Step, BreakerState State, DateTimeOffset At);

/// <summary>The circuit breaker of one step at one connection: Polly's, over the PSP's health.</summary>
internal sealed class PspBreaker
{
    private readonly ResiliencePipeline<Exchange> _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly TimeProvider _time;
    private DateTimeOffset _probesFrom;

    public PspBreaker(
        string connection, PspStep step, PspBreakerOptions options, TimeProvider time, Action<BreakerChange> changed)
    {
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<Exchange> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Exchange>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumTries,
                SamplingDuration = TimeSpan.FromSeconds(options.SamplingSeconds),
                BreakDuration = TimeSpan.FromSeconds(options.BreakSeconds),
                StateProvider = _state,
                ShouldHandle = static args => ValueTask.FromResult(IsSick(args.Outcome)),
                OnOpened = args =>
                {
                    _probesFrom = time.GetUtcNow() + args.BreakDuration;
                    return Tell(BreakerState.Open);
                },
                OnHalfOpened = _ => Tell(BreakerState.HalfOpen),
                OnClosed = _ => Tell(BreakerState.Closed),
            })
            .Build();

        ValueTask Tell(BreakerState state)
        {
            changed(new BreakerChange(connection, step, state, time.GetUtcNow()));
            return ValueTask.CompletedTask;
        }
    }

    public BreakerState State => _state.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        CircuitState.Open or CircuitState.Isolated => BreakerState.Open,
        var state => throw new InvalidOperationException($"Polly's state {state} is not known here."),
    };

    /// <summary>Open, and its time is up: the next try is its probe.</summary>
    public bool WantsProbe => State == BreakerState.Open && _time.GetUtcNow() >= _probesFrom;

    /// <summary>Null when the breaker lets nothing through.</summary>
    public async ValueTask<Exchange?> Try(Func<ValueTask<Exchange>> send)
    {
        try
        {
            return await _pipeline.ExecuteAsync(static (send, _) => send(), send, CancellationToken.None);
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the PSP's health is bad: it cannot be connected, does not answer, or answers 5xx. Not a decline and not an
    /// invalid request: those are answers. Not a 429 either: the PSP is well and we are too fast, which the rate limit and
    /// <c>Retry-After</c> mend; an open breaker would turn "a little slower" into "not at all", and send payments away.
    /// </summary>
    private static bool IsSick(Polly.Outcome<Exchange> outcome) =>
        outcome.Exception is null && (outcome.Result.Response is null || outcome.Result.Response.Status >= 500);
}
