using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Paying;

/// <summary>
/// One payment. The counters are kept so that an answer needs only its own order: all orders are loaded when an answer
/// may be the last one that is outstanding, and for every message that names no order.
/// </summary>
internal sealed class PaymentState : SagaStateMachineInstance, IStateOfSaga
{
    private readonly Dictionary<string, OrderState> _orders = [];
    private readonly Dictionary<string, OrderState> _loaded = [];

    public string CurrentState { get; set; } = "Initial";

    public Guid CorrelationId { get; set; }

    /// <summary>Counts the messages that were applied when it was loaded; guards against concurrent changes. 0: it is new.</summary>
    public int Version { get; init; }

    /// <summary>Messages that were applied since; not stored.</summary>
    public int Applied { get; private set; }

    public Ulid PaymentId => Ulid.FromGuid(CorrelationId);

    public string? MerchantId { get; set; }

    public string? MerchantReference { get; set; }

    public string? IdempotencyKey { get; set; }

    public FulfilmentPolicy Policy { get; set; }

    /// <summary>Null where the request was rejected.</summary>
    public Money? Amount { get; set; }

    public PaymentMethod? PaymentMethod { get; set; }

    /// <summary>Orders whose operation at the PSP has no certain end yet.</summary>
    public int Outstanding { get; set; }

    /// <summary>Those of them that nobody will answer by himself: in doubt, pending, or to be sent again.</summary>
    public int InDoubt { get; set; }

    /// <summary>The first failure. Under all-or-nothing it turns the payment back.</summary>
    public string? Reason { get; set; }

    /// <summary>While parked: the state that resuming leads back to.</summary>
    public string? ResumeState { get; set; }

    /// <summary>
    /// While parked: why. Apart from <see cref="Reason"/>, as stopping is no failure and must not turn the payment back.
    /// </summary>
    public string? ParkReason { get; set; }

    /// <summary>While parked: minor units that may be lost or owed.</summary>
    public long? AtRiskMinor { get; set; }

    /// <summary>Counts the batches sent to wallets and ledger.</summary>
    public int Batch { get; set; }

    /// <summary>The batch operation that was sent and not answered; null when none is.</summary>
    public string? StepOperationId { get; set; }

    /// <summary>Its message id: sent again under the same id.</summary>
    public Ulid? StepMessageId { get; set; }

    /// <summary>How often the deadline of this state has been reached.</summary>
    public int Firings { get; set; }

    /// <summary>Since when it waits in this state.</summary>
    public DateTimeOffset? StateSince { get; set; }

    /// <summary>Names the deadline that is armed; older ones are ignored.</summary>
    public int DeadlineEpoch { get; set; }

    /// <summary>
    /// How long from now; the database's clock makes it a time. Infinite: no deadline. Null: leave it as it is.
    /// </summary>
    public TimeSpan? ArmDeadline { get; set; }

    /// <summary>What it waits for, in words; null in a terminal state.</summary>
    public string? WaitsFor { get; set; }

    public IReadOnlyList<FieldError>? Errors { get; set; }

    /// <summary>The database's clock when the message came; not stored.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>A person must decide; not stored, as it is acted upon at once.</summary>
    public bool MustPark { get; set; }

    /// <summary>Chosen by the last decision; not stored.</summary>
    public PaymentStep Next { get; set; }

    /// <summary>Connections that were chosen by the last message, and why: for the history.</summary>
    public List<RouteChoice> Routes { get; } = [];

    /// <summary>Until best effort credits the orders that are certain.</summary>
    public TimeSpan PatienceLeft => StateSince is { } since ? since + PaymentDeadlines.Patience - Now : TimeSpan.Zero;

    /// <summary>Those that were loaded, in the order of the request.</summary>
    public IEnumerable<OrderState> Orders => _orders.Values.OrderBy(o => o.Position);

    /// <summary>Under all-or-nothing one failure turns everything back.</summary>
    public bool IsTurnedBack => Policy == FulfilmentPolicy.AllOrNothing && Reason is not null;

    public string Currency => Amount!.Value.Currency.Code;

    public OrderState Order(string orderId) =>
        _orders.TryGetValue(orderId, out var order)
            ? order
            : throw new InvalidOperationException($"Payment {PaymentId} has no order '{orderId}'.");

    /// <summary>Starts waiting in a state: its first deadline.</summary>
    public void WaitIn(string state, ResolutionTimetables timetables)
    {
        Firings = 0;
        StateSince = Now;
        if (state != nameof(PaymentStateMachine.Parked))
        {
            ResumeState = null;
            ParkReason = null;
            AtRiskMinor = null;
        }

        WaitsFor = PaymentDeadlines.WaitsFor(state);
        if (PaymentDeadlines.Wait(state, 0) is { } wait)
            Arm(wait);
        else if (!ArmForAnswers(timetables))
            Arm(PaymentDeadlines.Answer);
    }

    /// <summary>
    /// The next deadline of a state that follows the PSPs' timetables: whatever is due first. False when no question is
    /// left to ask.
    /// </summary>
    public bool ArmForAnswers(ResolutionTimetables timetables)
    {
        var awaited = Orders.Where(o => o.IsAwaited).ToArray();
        var waits = awaited.Where(o => !timetables.IsExhausted(o, Now))
            .Select(o => o.AskAt is { } at && o.Doubt != Doubt.None ? at - Now : PaymentDeadlines.Answer)
            .ToList();
        if (awaited.Length < Outstanding)
            waits.Add(timetables.Soonest);
        if (waits.Count == 0)
            return false;

        if (Policy == FulfilmentPolicy.BestEffort && PatienceLeft > TimeSpan.Zero)
            waits.Add(PatienceLeft);
        var wait = waits.Min();
        Arm(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > PaymentDeadlines.Longest ? PaymentDeadlines.Longest : wait);
        return true;
    }

    /// <summary>The deadline was reached: the next one is armed. False when the state has waited long enough.</summary>
    public bool Rearm()
    {
        Firings++;
        if (PaymentDeadlines.Wait(CurrentState, Firings) is { } wait)
        {
            Arm(wait);
            return true;
        }

        MustPark = true;
        return false;
    }

    /// <summary>A terminal state.</summary>
    public void EndWaiting()
    {
        WaitsFor = null;
        ResumeState = null;
        ParkReason = null;
        AtRiskMinor = null;
        Arm(Timeout.InfiniteTimeSpan);
    }

    /// <summary>An order as it lies in the database.</summary>
    public void AddLoaded(OrderState order)
    {
        Add(order);
        _loaded.Add(order.OrderId, order with { });
    }

    /// <summary>Those that differ from what was loaded, and the new ones.</summary>
    public IEnumerable<OrderState> ChangedOrders() =>
        Orders.Where(o => !_loaded.TryGetValue(o.OrderId, out var loaded) || loaded != o);

    public void Add(OrderState order) => _orders.Add(order.OrderId, order);

    /// <summary>A message is applied: what was of that message alone is forgotten, as the next one may find this very object.</summary>
    public void EndMessage()
    {
        Applied++;
        MustPark = false;
        Routes.Clear();
    }

    private void Arm(TimeSpan wait)
    {
        DeadlineEpoch++;
        ArmDeadline = wait;
    }

    public Money Of(long amountMinor) => new(amountMinor, Amount!.Value.Currency);
}
