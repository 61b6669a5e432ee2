using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Locks keys and payment ids, also those that no row has yet: two publishers of one key meet here, and the second one
/// sees what the first one did.
/// </summary>
internal sealed class IntakeLoader : ILoader<IntakeKey, IntakeRows>
{
    private const string Lock = "SELECT pg_advisory_xact_lock(name) FROM unnest($1::bigint[]) AS locks (name)";

    private const string Select = """
        SELECT o.payment_id, o.request_hash,
               p.merchant_id, p.idempotency_key, p.request_hash, p.start_message_id, b.body::text,
               a.original_payment_id, a.merchant_id,
               r.merchant_id, r.request_hash, r.reject_message_id
        FROM unnest($1::text[], $2::text[], $3::uuid[])
            WITH ORDINALITY AS k (merchant_id, idempotency_key, payment_id, ordinal)
        LEFT JOIN intake o ON o.merchant_id = k.merchant_id AND o.idempotency_key = k.idempotency_key
        LEFT JOIN intake p ON p.payment_id = k.payment_id
        LEFT JOIN payment_request b ON b.payment_id = p.payment_id
        LEFT JOIN payment_alias a ON a.payment_id = k.payment_id
        LEFT JOIN intake_rejection r ON r.payment_id = k.payment_id
        ORDER BY k.ordinal
        """;

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<IntakeKey> keys)
    {
        // Two statements: the second one's snapshot is taken when the locks are held, and so sees what they protected.
        batch.BatchCommands.Add(Command(Lock, Sql.Value(LocksOf(keys))));
        batch.BatchCommands.Add(Command(
            Select,
            Sql.Value(keys.Select(k => k.MerchantId).ToArray()),
            Sql.Value(keys.Select(k => k.IdempotencyKey).ToArray()),
            Sql.Value(keys.Select(k => k.PaymentId?.ToGuid()).ToArray())));
    }

    public async Task<IReadOnlyList<IntakeRows>> Read(NpgsqlDataReader reader, IReadOnlyList<IntakeKey> keys)
    {
        await reader.NextResultAsync(CancellationToken.None);
        var rows = new List<IntakeRows>(keys.Count);
        while (await reader.ReadAsync(CancellationToken.None))
            rows.Add(Read(reader));
        return rows;
    }

    /// <summary>In ascending order, so that deliveries which share several cannot wait in a ring.</summary>
    private static long[] LocksOf(IReadOnlyList<IntakeKey> keys)
    {
        var locks = new SortedSet<long>();
        foreach (var key in keys)
        {
            if (key is { MerchantId: { } merchantId, IdempotencyKey: { } idempotencyKey })
                locks.Add(LockOf($"intake key\0{merchantId}\0{idempotencyKey}"));
            if (key.PaymentId is { } paymentId)
                locks.Add(LockOf($"intake payment\0{paymentId}"));
        }

        return [.. locks];
    }

    private static long LockOf(string name) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static IntakeRows Read(NpgsqlDataReader reader) => new(
        reader.IsDBNull(0) ? null : new KeyOwner(Id(reader, 0), reader.GetFieldValue<byte[]>(1)),
        reader.IsDBNull(2) ? null : new KnownPayment(
            reader.GetString(2),
            reader.GetString(3),
            reader.GetFieldValue<byte[]>(4),
            Id(reader, 5),
            JsonSerializer.Deserialize<PaymentRequested>(reader.GetString(6), ContractJson.Options)!),
        reader.IsDBNull(7) ? null : new KnownAlias(Id(reader, 7), reader.GetString(8)),
        reader.IsDBNull(10) ? null : new KnownRejection(
            reader.IsDBNull(9) ? null : reader.GetString(9), reader.GetFieldValue<byte[]>(10), Id(reader, 11)));

    private static Ulid Id(NpgsqlDataReader reader, int column) => Ulid.FromGuid(reader.GetGuid(column));
}
