using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Publishing;

/// <summary>The table <c>http_request</c>.</summary>
internal sealed class HttpRequestTable(NpgsqlDataSource dataSource, Persistence persistence)
{
    // One statement decides who takes the request in: who inserts it, or who finds its lease run out.
    private const string ClaimRequest = """
        INSERT INTO http_request AS known (merchant_id, idempotency_key, request_hash, payment_id, lease_until)
        VALUES ($1, $2, $3, $4, now() + $5)
        ON CONFLICT (merchant_id, idempotency_key) DO UPDATE
        SET lease_until = excluded.lease_until, takers = known.takers + 1
        WHERE known.state = 'taking_in'
          AND known.lease_until <= now()
          AND known.request_hash = excluded.request_hash
        RETURNING payment_id
        """;

    private const string ReadRequest = """
        SELECT request_hash, state, answer
        FROM http_request
        WHERE merchant_id = $1 AND idempotency_key = $2
        """;

    private const string AcceptRequest = """
        UPDATE http_request
        SET state = 'accepted', answer = $3::jsonb, accepted_at = now()
        WHERE merchant_id = $1 AND idempotency_key = $2 AND state = 'taking_in'
        """;

    /// <summary>The payment id to take the request in under; null when that is not this caller's to do.</summary>
    public async Task<Ulid?> Claim(
        PostedPayment posted, byte[] hash, Ulid paymentId, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ClaimRequest);
        command.Parameters.Add(Sql.Value(posted.MerchantId));
        command.Parameters.Add(Sql.Value(posted.IdempotencyKey));
        command.Parameters.Add(Sql.Value(hash));
        command.Parameters.Add(Sql.Value(paymentId.ToGuid()));
        command.Parameters.Add(Sql.Value(lease));
        return await command.ExecuteScalarAsync(cancellationToken) is Guid claimed ? Ulid.FromGuid(claimed) : null;
    }

    public async Task<KnownRequest> Read(PostedPayment posted, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ReadRequest);
        command.Parameters.Add(Sql.Value(posted.MerchantId));
        command.Parameters.Add(Sql.Value(posted.IdempotencyKey));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            throw new InvalidOperationException("A request that could not be claimed must be known.");
        var answer = await reader.IsDBNullAsync(2, cancellationToken)
            ? null
            : JsonSerializer.Deserialize<PaymentAccepted>(reader.GetString(2), ContractJson.Options);
        return new KnownRequest(reader.GetFieldValue<byte[]>(0), answer);
    }

    /// <summary>Waits for the database: the broker has the request already.</summary>
    public Task<int> Accept(PostedPayment posted, PaymentAccepted answer) => persistence.Persist(async () =>
    {
        await using var command = dataSource.CreateCommand(AcceptRequest);
        command.Parameters.Add(Sql.Value(posted.MerchantId));
        command.Parameters.Add(Sql.Value(posted.IdempotencyKey));
        command.Parameters.Add(Sql.Value(JsonSerializer.Serialize(answer, ContractJson.Options)));
        return await command.ExecuteNonQueryAsync(CancellationToken.None);
    });
}

/// <param name="Hash">Of the body that came first.</param>
/// <param name="Answer">Null while it is being taken in.</param>
internal sealed record KnownRequest(byte[] Hash, PaymentAccepted? Answer);
