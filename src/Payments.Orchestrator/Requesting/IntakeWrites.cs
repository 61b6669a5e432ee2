using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

/// <summary>A payment is accepted. Its body's tokens are encrypted.</summary>
internal sealed record AddPayment(
    Ulid PaymentId, string MerchantId, string IdempotencyKey, byte[] RequestHash, Ulid StartMessageId, string Body)
    : IWrite;

/// <summary>A payment id is another name of a payment.</summary>
internal sealed record AddAlias(Ulid PaymentId, Ulid OriginalPaymentId, string MerchantId) : IWrite;

/// <summary>A payment id is that of a rejected request.</summary>
internal sealed record AddRejection(Ulid PaymentId, string? MerchantId, byte[] RequestHash, Ulid RejectMessageId)
    : IWrite;

/// <inheritdoc cref="AddPayment"/>
internal sealed class AddPaymentWriter : Writer<AddPayment>
{
    private const string InsertIntake = """
        INSERT INTO intake (merchant_id, idempotency_key, payment_id, request_hash, start_message_id)
        SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::bytea[], $5::uuid[])
        ON CONFLICT DO NOTHING
        """;

    private const string InsertRequest = """
        INSERT INTO payment_request (payment_id, body)
        SELECT payment_id, body::jsonb FROM unnest($1::uuid[], $2::text[]) AS r (payment_id, body)
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, AddPayment[] writes)
    {
        var sorted = writes.OrderBy(w => w.MerchantId, StringComparer.Ordinal)
            .ThenBy(w => w.IdempotencyKey, StringComparer.Ordinal)
            .ToArray();
        var paymentIds = sorted.Select(w => w.PaymentId.ToGuid()).ToArray();
        batch.AddGuarded(
            sorted.Length,
            InsertIntake,
            Sql.Value(sorted.Select(w => w.MerchantId).ToArray()),
            Sql.Value(sorted.Select(w => w.IdempotencyKey).ToArray()),
            Sql.Value(paymentIds),
            Sql.Value(sorted.Select(w => w.RequestHash).ToArray()),
            Sql.Value(sorted.Select(w => w.StartMessageId.ToGuid()).ToArray()));
        batch.AddGuarded(
            sorted.Length, InsertRequest, Sql.Value(paymentIds), Sql.Value(sorted.Select(w => w.Body).ToArray()));
    }
}

/// <inheritdoc cref="AddAlias"/>
internal sealed class AddAliasWriter : Writer<AddAlias>
{
    private const string Insert = """
        INSERT INTO payment_alias (payment_id, original_payment_id, merchant_id)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[])
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, AddAlias[] writes)
    {
        var sorted = writes.OrderBy(w => w.PaymentId).ToArray();
        batch.AddGuarded(
            sorted.Length,
            Insert,
            Sql.Value(sorted.Select(w => w.PaymentId.ToGuid()).ToArray()),
            Sql.Value(sorted.Select(w => w.OriginalPaymentId.ToGuid()).ToArray()),
            Sql.Value(sorted.Select(w => w.MerchantId).ToArray()));
    }
}

/// <inheritdoc cref="AddRejection"/>
internal sealed class AddRejectionWriter : Writer<AddRejection>
{
    private const string Insert = """
        INSERT INTO intake_rejection (payment_id, merchant_id, request_hash, reject_message_id)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[])
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, AddRejection[] writes)
    {
        var sorted = writes.OrderBy(w => w.PaymentId).ToArray();
        batch.AddGuarded(
            sorted.Length,
            Insert,
            Sql.Value(sorted.Select(w => w.PaymentId.ToGuid()).ToArray()),
            Sql.Value(sorted.Select(w => w.MerchantId).ToArray()),
            Sql.Value(sorted.Select(w => w.RequestHash).ToArray()),
            Sql.Value(sorted.Select(w => w.RejectMessageId.ToGuid()).ToArray()));
    }
}
