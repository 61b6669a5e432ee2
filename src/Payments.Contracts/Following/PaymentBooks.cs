namespace Payments.Contracts;

/// <summary>The body of <c>GET /v1/payments/{id}/books</c>: what a payment left in wallets and ledger.</summary>
public sealed record PaymentBooks
{
    public required Ulid PaymentId { get; init; }

    /// <summary>The id that was asked for, when it is only an alias of <see cref="PaymentId"/>.</summary>
    public Ulid? Alias { get; init; }

    /// <summary>Credits to sellers, one per order.</summary>
    public required IReadOnlyList<LotDetails> Lots { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<JournalDetails> Journals { get; init; }
}

/// <summary>One order's credit to a seller's wallet.</summary>
public sealed record LotDetails
{
    public required string OrderId { get; init; }

    public required string SellerId { get; init; }

    public required Money Credited { get; init; }

    /// <summary>What was taken back.</summary>
    public required Money Reversed { get; init; }

    public required Money Remaining { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One journal with its postings.</summary>
public sealed record JournalDetails
{
    public required Ulid JournalId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>The posting template, for instance <c>Capture</c>.</summary>
    public required string Kind { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required IReadOnlyList<PostingDetails> Postings { get; init; }
}

/// <summary>One posting; one of the two amounts is zero.</summary>
public sealed record PostingDetails
{
    public required string Account { get; init; }

    public required Money Debit { get; init; }

    public required Money Credit { get; init; }
}
