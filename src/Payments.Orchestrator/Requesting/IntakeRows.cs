using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// What intake locks: the merchant's key, and the payment id. Null for what a broken request does not name.
/// </summary>
internal sealed record IntakeKey(string? MerchantId, string? IdempotencyKey, Ulid? PaymentId);

/// <summary>What intake knows of a request's key and of its payment id; of the latter at most one thing.</summary>
/// <param name="KeyOwner">The payment that was started under the key.</param>
/// <param name="Payment">The id is that of a payment.</param>
/// <param name="Alias">The id is another name of a payment.</param>
/// <param name="Rejection">The id is that of a rejected request.</param>
internal sealed record IntakeRows(
    KeyOwner? KeyOwner = null,
    KnownPayment? Payment = null,
    KnownAlias? Alias = null,
    KnownRejection? Rejection = null);

internal sealed record KeyOwner(Ulid PaymentId, byte[] RequestHash);

/// <param name="MerchantId">Whose.</param>
/// <param name="IdempotencyKey">Under which key.</param>
/// <param name="RequestHash">What was asked.</param>
/// <param name="StartMessageId">The id under which it was sent to the saga.</param>
/// <param name="Request">As stored, its tokens encrypted.</param>
internal sealed record KnownPayment(
    string MerchantId, string IdempotencyKey, byte[] RequestHash, Ulid StartMessageId, PaymentRequested Request);

internal sealed record KnownAlias(Ulid OriginalPaymentId, string MerchantId);

internal sealed record KnownRejection(string? MerchantId, byte[] RequestHash, Ulid RejectMessageId);
