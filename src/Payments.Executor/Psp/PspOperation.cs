namespace Payments.Executor.Psp;

/// <summary>The five things an executor asks a PSP to do.</summary>
internal enum PspStep
{
    /// <summary>Authorize and capture in one call.</summary>
    Sale,
    Authorize,

    /// <summary>Of the whole authorization or a part; the PSP releases the rest.</summary>
    Capture,
    Void,

    /// <summary>Of the whole capture or a part.</summary>
    Refund,
}

/// <summary>One operation on one order, as the adapter needs to know it. Never log its <see cref="Token"/>.</summary>
internal sealed record PspOperation
{
    public required PspStep Step { get; init; }

    /// <summary>
    /// Ours, unique per operation. The idempotency key is derived from it; the PSP keeps it as metadata.
    /// </summary>
    public required string OperationId { get; init; }

    public required string PaymentId { get; init; }

    public required string OrderId { get; init; }

    /// <summary>
    /// In ISO 4217 minor units. Sale, authorize: the price. Capture, refund: this part. Void: what was authorized.
    /// </summary>
    public required long AmountMinor { get; init; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string CurrencyCode { get; init; }

    /// <summary>Sale and authorize only: the PSP's payment-method token, decrypted.</summary>
    public string? Token { get; init; }

    /// <summary>Sale and authorize only, and only to prepare: the PSP's id of the customer to whom the token belongs.</summary>
    public string? CustomerReference { get; init; }

    /// <summary>Capture, void and refund only: the PSP reference of the sale or authorization.</summary>
    public string? TargetReference { get; init; }

    /// <summary>
    /// Void only, where <see cref="TargetReference"/> is unknown: our sale or authorization whose answer was lost. For PSPs
    /// that can void by our own key or reference.
    /// </summary>
    public string? Undoes { get; init; }

    /// <summary>
    /// Refund only, and only to prepare: the amount of the sale or authorization, for PSPs that give a whole payment back
    /// in another way than a part of it. Null where it is not known.
    /// </summary>
    public long? TargetAmountMinor { get; init; }

    /// <summary>When the operation was first written down; a look-up starts a little before.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public override string ToString() => $"{Step} {OperationId}";
}
