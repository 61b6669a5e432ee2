using Payments.Messaging;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Paying;

/// <summary>When each PSP is asked about an operation that has no certain end.</summary>
internal sealed class ResolutionTimetables
{
    private const int Most = 50;
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(30);

    private readonly RoutingTable _routing;
    private readonly ResolutionOptions _options;

    public ResolutionTimetables(RoutingTable routing, ResolutionOptions options)
    {
        foreach (var (psp, timetable) in options.Psps)
        {
            if (!routing.Psps.Contains(psp))
                throw new DependencyMissingException($"Resolution:Psps names '{psp}', at which Routing:Connections has no account.");
            Validate($"Resolution:Psps:{psp}:{nameof(timetable.InDoubt)}", timetable.InDoubt);
            Validate($"Resolution:Psps:{psp}:{nameof(timetable.Pending)}", timetable.Pending);
            Validate($"Resolution:Psps:{psp}:{nameof(timetable.RefundRetry)}", timetable.RefundRetry);
        }

        _routing = routing;
        _options = options;
        Soonest = routing.Psps.SelectMany(psp => new[] { InDoubt(psp)[0], Pending(psp)[0] })
            .Where(age => age > TimeSpan.Zero).DefaultIfEmpty(PaymentDeadlines.Answer).Min();
    }

    /// <summary>The first question that any PSP is asked: for orders that are not loaded.</summary>
    public TimeSpan Soonest { get; }

    public IReadOnlyList<TimeSpan> InDoubt(string psp) => Find(psp, t => t.InDoubt);

    public IReadOnlyList<TimeSpan> Pending(string psp) => Find(psp, t => t.Pending);

    public IReadOnlyList<TimeSpan> RefundRetry(string psp) => Find(psp, t => t.RefundRetry);

    /// <summary>Whether a refund that the PSP refuses for now may be sent again, after so many such refusals.</summary>
    public bool MayRetry(OrderState order, int refusals) => refusals <= Ages(order, Doubt.RefusedForNow).Count;

    /// <summary>How long to wait for the next question; after the last one, for its answer.</summary>
    public TimeSpan WaitOf(OrderState order, Doubt doubt)
    {
        var ages = Ages(order, doubt);
        return order.Asks >= ages.Count ? PaymentDeadlines.Answer
            : order.Asks == 0 ? ages[0]
            : ages[order.Asks] - ages[order.Asks - 1];
    }

    /// <summary>Every question was asked, and the last one had its time: only a person, or a late answer, helps now.</summary>
    public bool IsExhausted(OrderState order, DateTimeOffset now) =>
        order.Doubt != Doubt.None && order.Asks >= Ages(order, order.Doubt).Count && order.AskAt <= now;

    private IReadOnlyList<TimeSpan> Ages(OrderState order, Doubt doubt)
    {
        // A connection that has left the table is asked by the timetable of any PSP.
        var psp = _routing.PspOf(order.Connection!) ?? ResolutionDefaults.AnyPsp;
        return doubt switch
        {
            Doubt.Pending => Pending(psp),
            Doubt.RefusedForNow => RefundRetry(psp),
            _ => InDoubt(psp),
        };
    }

    private TimeSpan[] Find(string psp, Func<TimetableOptions, TimeSpan[]?> which) =>
        (_options.Psps.TryGetValue(psp, out var configured) ? which(configured) : null)
        ?? (ResolutionDefaults.ByPsp.TryGetValue(psp, out var own) ? which(own) : null)
        ?? which(ResolutionDefaults.ByPsp[ResolutionDefaults.AnyPsp])!;

    private static void Validate(string path, TimeSpan[]? ages)
    {
        if (ages is null)
            return;
        if (ages.Length is < 2 or > Most)
            throw new DependencyMissingException($"{path} has {ages.Length} ages; it takes 2 to {Most}: one look proves no absence.");
        if (ages[0] < TimeSpan.Zero || ages[^1] > Oldest || ages.Zip(ages.Skip(1)).Any(pair => pair.Second <= pair.First))
            throw new DependencyMissingException($"{path} must rise from 0 or more to at most {Oldest.TotalDays:0} days.");
    }
}
