namespace Payments.Contracts;

/// <summary>Command, timer to saga: the deadline of the state it was armed in has passed.</summary>
public sealed record PaymentDeadlineReached
{
    public required Ulid PaymentId { get; init; }

    /// <summary>Counts the deadlines armed for the payment; an older one is ignored.</summary>
    public required int Epoch { get; init; }
}
