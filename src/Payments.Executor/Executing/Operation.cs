using Payments.Contracts;
using Payments.Executor.Psp;

namespace Payments.Executor.Executing;

/// <summary>Where an operation stands.</summary>
internal enum OperationState
{
    /// <summary>Stored, and sent or about to be: whoever holds the lease is at it.</summary>
    Sent,

    /// <summary>Stored, and never sent: it waits for its PSP, until <see cref="Operation.NotAfter"/>.</summary>
    Waiting,

    /// <summary>Answered without certainty: in doubt or pending.</summary>
    Open,

    /// <summary>Certain.</summary>
    Settled,

    /// <summary>A tombstone: undone before it came, it is never begun.</summary>
    Abandoned,
}

/// <summary>One operation at a PSP, as its row.</summary>
internal sealed record Operation
{
    public required string OperationId { get; init; }

    public int Version { get; init; }

    public required Guid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required PspStep Step { get; init; }

    public required string Connection { get; init; }

    /// <summary>The operation id as the PSP says it again; null for what is never sent.</summary>
    public string? Reference { get; init; }

    /// <summary>
    /// Capture, void, refund: the PSP's id of the sale or authorization; after a capture what an undo has to name.
    /// </summary>
    public string? TargetReference { get; init; }

    /// <summary>Void and refund: the operation whose doing is undone.</summary>
    public string? Undoes { get; init; }

    public required long AmountMinor { get; init; }

    public required string Currency { get; init; }

    public required OperationState State { get; init; }

    /// <summary>Whether the payment still moves forward as far as we were told: only then is the request replayed.</summary>
    public bool Forward { get; init; } = true;

    /// <summary>Forward steps only: unsent by then, it is never sent.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    public Guid? LeaseOwner { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    public DateTimeOffset? FirstTriedAt { get; init; }

    public DateTimeOffset? LastTriedAt { get; init; }

    public int Tries { get; init; }

    /// <summary>When the PSP first showed no trace of it.</summary>
    public DateTimeOffset? FirstAbsentAt { get; init; }

    public OutcomeKind? Outcome { get; init; }

    public bool? IsHard { get; init; }

    public string? Reason { get; init; }

    public string? PspReference { get; init; }

    /// <summary>What the PSP's settlement files call it, where that is not <see cref="PspReference"/>.</summary>
    public string? SettlementReference { get; init; }

    public string? PspStatus { get; init; }

    public string? PspCode { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public Money Amount => new(AmountMinor, Contracts.Currency.Parse(Currency));

    /// <summary>A run without an outcome counts as a try that may have arrived.</summary>
    public PspSend Replay => new() { MayHaveArrived = true, FirstTriedAt = FirstTriedAt, ReplayAllowed = Forward };

    public Operation Lease(Guid owner, DateTimeOffset now) => this with
    {
        State = OperationState.Sent,
        LeaseOwner = owner,
        LeaseUntil = now + OperationRunner.Lease,
        FirstTriedAt = FirstTriedAt ?? now,
        LastTriedAt = now,
    };

    /// <summary>As if it had never been leased: nothing was sent under the lease.</summary>
    public Operation Wait() => this with
    {
        State = OperationState.Waiting,
        LeaseOwner = null,
        LeaseUntil = null,
        FirstTriedAt = null,
        LastTriedAt = null,
    };

    /// <summary>Nothing was sent before this lease, so that a first run is not a replay.</summary>
    public bool IsFirstRun => FirstTriedAt == LastTriedAt;

    /// <summary>The outcome of a run, or of a look, takes the lease's place.</summary>
    public Operation Conclude(Outcome outcome, int tries = 0) => this with
    {
        State = outcome.Kind is OutcomeKind.InDoubt or OutcomeKind.Pending ? OperationState.Open : OperationState.Settled,
        LeaseOwner = null,
        LeaseUntil = null,
        Tries = Tries + tries,
        Outcome = outcome.Kind,
        IsHard = outcome.Decline is { } decline ? decline == DeclineKind.Hard : null,
        Reason = outcome.Reason,
        PspReference = outcome.PspReference ?? PspReference,
        SettlementReference = outcome.SettlementReference ?? SettlementReference,
        TargetReference = outcome.PaymentReference ?? TargetReference,
        PspStatus = outcome.PspStatus,
        PspCode = outcome.PspCode,
    };

    /// <param name="token">Sale and authorize only, and only to prepare.</param>
    /// <param name="undoes">In place of <see cref="Undoes"/>.</param>
    public PspOperation ToPsp(string? token = null, string? undoes = null) => new()
    {
        Step = Step,
        OperationId = OperationId,
        PaymentId = Ulid.FromGuid(PaymentId).ToString(),
        OrderId = OrderId,
        AmountMinor = AmountMinor,
        CurrencyCode = Currency,
        Token = token,
        TargetReference = TargetReference,
        Undoes = undoes ?? (Step == PspStep.Void ? Undoes : null),
        CreatedAt = CreatedAt,
    };
}
