using Npgsql;
using Payments.Benchmark.Instance;

namespace Payments.Benchmark.Growing;

/// <summary>
/// Fills the tables of dead letters: one group holds a good part of them, most hold few, as failures are. Each letter is a
/// credit that failed of a payment that is there, with headers, stack and body of the size that the product collects.
/// </summary>
internal static class LetterSeeder
{
    private const int Groups = 500;
    private const int Days = 30;

    // Text that the collector's words come from; its own splitting is the same as far as these texts go.
    private static readonly string Statements =
        $"""
        CREATE SCHEMA seed;
        CREATE UNLOGGED TABLE seed.kind AS
        SELECT k, endpoint, 'Payments.Contracts:' || type AS type, exception, frame,
               left(encode(sha256(convert_to(concat_ws('|', endpoint, type, exception, frame), 'UTF8')), 'hex'), 32)::uuid AS group_id
        FROM (SELECT k, (ARRAY['wallets', 'ledger', 'payment-saga', 'executor-stripe'])[k % 4 + 1] AS endpoint,
                     (ARRAY['CreditWallets', 'RecordJournal', 'OrderCaptured', 'ChargeOrder'])[k % 4 + 1] AS type,
                     (ARRAY['Npgsql.PostgresException 42501', 'System.InvalidOperationException', 'System.TimeoutException',
                            'Payments.Wallets.Remembering.OperationMisusedException', 'System.IO.IOException'])[k % 5 + 1] AS exception,
                     'Payments.Work.Step' || k || '.Do' AS frame
              FROM generate_series(0, {Groups - 1}) AS k) AS kinds;
        CREATE UNLOGGED TABLE seed.letter AS
        SELECT n, p.payment_id, p.text, p.merchant_id, o.order_id, o.seller_id, o.amount_minor, p.currency,
               least({Groups - 1}, floor({Groups} * power(random(), 4)))::integer AS k,
               now() - power(random(), 2) * interval '{Days} days' AS failed_at
        FROM generate_series(0, $1::bigint - 1) AS n
        JOIN (SELECT row_number() OVER (ORDER BY md5(payment_id::text)) - 1 AS rank, payment_id, merchant_id, currency,
                     r.body ->> 'paymentId' AS text
              FROM orchestrator.payment JOIN orchestrator.payment_request r USING (payment_id)) AS p
            ON p.rank = n % (SELECT count(*) FROM orchestrator.payment)
        JOIN orchestrator.payment_order o ON o.payment_id = p.payment_id
        """;

    private static readonly string Insert =
        $$"""
        INSERT INTO operations.dead_letter_group
            (group_id, endpoint, reason, message_type, exception_type, frame, letters, first_seen, last_seen)
        SELECT group_id, endpoint, 'fault', type, exception, frame, count(*), min(failed_at), max(failed_at)
        FROM seed.letter JOIN seed.kind USING (k)
        GROUP BY group_id, endpoint, type, exception, frame;
        INSERT INTO operations.dead_letter
            (letter_id, identity, occurrence, group_id, state, outcome, queue, endpoint, reason, failed_at, message_id, message_type,
             content_type, payment_id, order_ids, seller_ids, merchant_id, operation_id, amount_minor, currency, exception_type,
             exception_message, exceptions, stack_trace, consumer, host, retries, headers, body, body_bytes, body_sha256, body_kind,
             card_numbers, payment_known, search)
        SELECT {{UlidSql.Join("(extract(epoch FROM failed_at) * 1000)::bigint", "left(md5(n::text), 20)")}},
               sha256(convert_to(n::text, 'UTF8')), 0, group_id, CASE WHEN n % 10 < 8 THEN 'open' ELSE 'resolved' END,
               CASE WHEN n % 10 < 8 THEN NULL ELSE 'succeeded' END, endpoint || '_error', endpoint, 'fault', failed_at,
               md5(n::text)::uuid::text, type, 'application/vnd.masstransit+json', payment_id, ARRAY[order_id], ARRAY[seller_id],
               merchant_id, operation, amount_minor, currency, exception, message, '[]', stack, 'Payments.Work.Consumer', 'worker-1',
               5, convert_to(jsonb_build_object('exchange', endpoint || '_error', 'routingKey', '', 'properties', '{}'::jsonb,
                   'headers', jsonb_build_object('MT-Fault-StackTrace', jsonb_build_object('type', 'text', 'value', stack)))::text, 'UTF8'),
               body, length(body), sha256(body), 'json', 0, true,
               to_tsvector('simple', regexp_replace(lower(concat_ws(' ', md5(n::text)::uuid, text, merchant_id, operation, order_id,
                   seller_id, endpoint || '_error', type, exception, frame, 'Payments.Work.Consumer worker-1', message)),
                   '[^[:alnum:]]+', ' ', 'g'))
        FROM seed.letter JOIN seed.kind USING (k)
        CROSS JOIN LATERAL (
            SELECT text || '/credit/1' AS operation,
                   'Step ' || k || ' of ' || text || ' failed: no answer within ' || n || ' ms.' AS message,
                   repeat('   at ' || frame || '(Command command) in /src/Work/Step.cs:line ' || k || chr(10), 20) AS stack) AS named
        CROSS JOIN LATERAL (
            SELECT convert_to(jsonb_build_object('messageId', md5(n::text)::uuid, 'messageType', jsonb_build_array('urn:message:' || type),
                'message', jsonb_build_object('paymentId', text, 'operationId', operation, 'atomic', true, 'lines', jsonb_build_array(
                    jsonb_build_object('orderId', order_id, 'sellerId', seller_id,
                        'amount', jsonb_build_object('amount', amount_minor, 'currency', currency)))))::text, 'UTF8') AS body) AS written
        ORDER BY failed_at;
        DROP TABLE seed.kind
        """;

    // Money is at risk in what is under way; the books are checked when all is as it was.
    private const string Suspend = """
        CREATE TABLE seed.suspended AS
        SELECT DISTINCT p.payment_id, p.state, o.order_id, o.status
        FROM seed.letter l JOIN orchestrator.payment p USING (payment_id) JOIN orchestrator.payment_order o USING (payment_id)
        WHERE l.n % 5 = 0;
        UPDATE orchestrator.payment p SET state = 'Crediting', waits_for = 'the wallets', deadline_at = now() + interval '1 day'
        FROM seed.suspended s WHERE s.payment_id = p.payment_id;
        UPDATE orchestrator.payment_order o SET status = 'Crediting'
        FROM seed.suspended s WHERE s.payment_id = o.payment_id AND s.order_id = o.order_id
        """;

    private const string Resume = """
        UPDATE orchestrator.payment p SET state = s.state, waits_for = NULL, deadline_at = NULL
        FROM seed.suspended s WHERE s.payment_id = p.payment_id;
        UPDATE orchestrator.payment_order o SET status = s.status
        FROM seed.suspended s WHERE s.payment_id = o.payment_id AND s.order_id = o.order_id;
        DROP SCHEMA seed CASCADE
        """;

    /// <summary>A fifth of their payments wait for something until <see cref="Settle"/>.</summary>
    public static async Task Seed(int letters, CancellationToken cancellationToken)
    {
        await using var database = Database.OpenInside("-c jit=off");
        foreach (var statement in Statements.Split(';'))
            await Execute(database, statement, letters, cancellationToken);
        await Execute(database, Insert, null, cancellationToken);
        await Execute(database, Suspend, null, cancellationToken);
        await Execute(database, "VACUUM (ANALYZE)", null, cancellationToken);
    }

    /// <summary>Every payment has ended again, as it had.</summary>
    public static async Task Settle(CancellationToken cancellationToken)
    {
        await using var database = Database.OpenInside();
        await Execute(database, Resume, null, cancellationToken);
    }

    private static async Task Execute(NpgsqlDataSource database, string sql, int? letters, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        if (letters is { } count && sql.Contains("$1", StringComparison.Ordinal))
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = count });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
