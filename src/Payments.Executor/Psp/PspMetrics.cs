using System.Diagnostics.Metrics;
using Payments.Contracts;

namespace Payments.Executor.Psp;

/// <summary>Instruments of the meter <c>Payments.Executor.Psp</c>, named by OpenTelemetry's conventions.</summary>
internal static class PspMetrics
{
    public const string MeterName = "Payments.Executor.Psp";

    private static readonly Meter Meter = new(MeterName);

    public static readonly UpDownCounter<int> InFlight = Meter.CreateUpDownCounter<int>(
        "payments.psp.in_flight", "{call}", "Calls under way at a PSP connection.");

    private static readonly Counter<long> Tries = Meter.CreateCounter<long>(
        "payments.psp.tries", "{try}", "Tries and refused sends by how they ended.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "payments.psp.try.duration", "s", "How long a try took, without the wait for a slot.");

    private static readonly Counter<long> Transitions = Meter.CreateCounter<long>(
        "payments.psp.breaker.transitions", "{transition}", "Changes of a circuit breaker by the state reached.");

    private static readonly Gauge<int> State = Meter.CreateGauge<int>(
        "payments.psp.breaker.state", "{state}", "0 closed, 1 half-open, 2 open; written when it changes.");

    public static KeyValuePair<string, object?> Of(string connection) => new("payments.psp.connection", connection);

    public static void Tried(string connection, PspStep step, string outcome, TimeSpan? took)
    {
        KeyValuePair<string, object?>[] tags = [Of(connection), Of(step), new("payments.psp.outcome", outcome)];
        Tries.Add(1, tags);
        if (took is { } duration)
            Duration.Record(duration.TotalSeconds, tags);
    }

    public static void Changed(BreakerChange change)
    {
        Transitions.Add(
            1, Of(change.Connection), Of(change.Step), new("payments.psp.breaker.state", change.State.ToString()));
        State.Record(
            change.State switch { BreakerState.Closed => 0, BreakerState.HalfOpen => 1, BreakerState.Open => 2 },
            Of(change.Connection),
            Of(change.Step));
    }

    private static KeyValuePair<string, object?> Of(PspStep step) => new("payments.psp.step", step.ToString());
}
