using Payments.Contracts;

namespace Payments.Operations.Judging;

/// <summary>What of a letter its verdict depends on.</summary>
internal sealed record JudgedLetter
{
    /// <summary>Our messages are of this namespace.</summary>
    private const string Ours = "Payments.Contracts:";

    public required Ulid LetterId { get; init; }

    public required Destination Destination { get; init; }

    public string? MessageId { get; init; }

    /// <summary>With its namespace, as in envelopes.</summary>
    public string? MessageType { get; init; }

    public Ulid? PaymentId { get; init; }

    /// <summary>Of a message about one order.</summary>
    public string? OrderId { get; init; }

    public string? SellerId { get; init; }

    public string? MerchantId { get; init; }

    public string? OperationId { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    public int CardNumbers { get; init; }

    /// <summary>What only the body says.</summary>
    public LetterMessage Message { get; init; } = new();

    /// <summary>Without the namespace; null where it is not ours.</summary>
    public string? Type => MessageType?.StartsWith(Ours, StringComparison.Ordinal) == true ? MessageType[Ours.Length..] : null;

    /// <summary>As inboxes have it; null for a foreign id.</summary>
    public Ulid? InboxId => Guid.TryParse(MessageId, out var id) ? Ulid.FromGuid(id) : null;

    public static JudgedLetter Of(LetterRow letter, LetterMessage message) => new()
    {
        LetterId = letter.LetterId,
        Destination = Destination.Of(letter.Endpoint, letter.Reason),
        MessageId = letter.MessageId,
        MessageType = letter.MessageType,
        PaymentId = letter.PaymentId,
        OrderId = letter.OrderIds is [var order] ? order : null,
        SellerId = letter.SellerIds is [var seller] ? seller : null,
        MerchantId = letter.MerchantId,
        OperationId = letter.OperationId,
        FailedAt = letter.FailedAt,
        CardNumbers = letter.CardNumbers,
        Message = message,
    };
}

/// <summary>The columns of <c>operations.ops_dead_letter_v1</c> that a verdict needs.</summary>
internal sealed record LetterRow(
    Ulid LetterId, string Endpoint, string Reason, string? MessageId, string? MessageType, Ulid? PaymentId, string[] OrderIds,
    string[] SellerIds, string? MerchantId, string? OperationId, DateTimeOffset FailedAt, int CardNumbers, long BodyBytes);
