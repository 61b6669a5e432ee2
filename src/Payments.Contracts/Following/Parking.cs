namespace Payments.Contracts;

/// <summary>Event: the payment waits for a person.</summary>
public sealed record PaymentParked
{
    public required Ulid PaymentId { get; init; }

    public required string MerchantId { get; init; }

    /// <summary>snake_case.</summary>
    public required string Reason { get; init; }

    /// <summary>The state that <see cref="ResumePayment"/> leads back to.</summary>
    public required string ResumeState { get; init; }

    /// <summary>What may be lost or owed while it waits.</summary>
    public required Money AtRisk { get; init; }
}

/// <summary>Command of an operator: try the step again that a parked payment stopped at.</summary>
public sealed record ResumePayment
{
    public required Ulid PaymentId { get; init; }

    public required string RequestedBy { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Event: a parked payment moves again.</summary>
public sealed record PaymentResumed
{
    public required Ulid PaymentId { get; init; }

    public required string RequestedBy { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Event: an undo was refused or ran out of time; the buyer is owed this much.</summary>
public sealed record DebtOpened
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required Money Amount { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Event: the undo went through after all.</summary>
public sealed record DebtSettled
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required Money Amount { get; init; }
}
