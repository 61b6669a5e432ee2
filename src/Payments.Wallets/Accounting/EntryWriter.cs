using Payments.Messaging;

namespace Payments.Wallets.Accounting;

/// <summary>Appends the entries and changes the balances by their sums. Deltas, so that nobody's change is lost.</summary>
internal sealed class EntryWriter : Writer<Entry>
{
    private const string Append = """
        INSERT INTO entry (owner_id, currency, operation_id, payment_id, order_id, kind,
            pending_minor, available_minor, held_minor, owed_minor)
        SELECT owner_id, currency, operation_id, payment_id, order_id, kind, pending, available, 0, owed
        FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[],
            $7::bigint[], $8::bigint[], $9::bigint[])
            AS e (owner_id, currency, operation_id, payment_id, order_id, kind, pending, available, owed)
        """;

    private const string Increase = """
        INSERT INTO account AS a (owner_id, currency, pending_minor, available_minor, held_minor)
        SELECT owner_id, currency, pending, available, 0
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS d (owner_id, currency, pending, available)
        ORDER BY owner_id COLLATE "C", currency COLLATE "C"
        ON CONFLICT (owner_id, currency) DO UPDATE
        SET pending_minor = a.pending_minor + excluded.pending_minor,
            available_minor = a.available_minor + excluded.available_minor,
            updated_at = now()
        """;

    // Not in the statement above: a row proposed for insertion is checked before the conflict is seen, and a decrease would
    // be refused as a negative balance. That statement has locked every account, in order, by the time that this one runs.
    private const string Decrease = """
        UPDATE account AS a
        SET pending_minor = a.pending_minor + d.pending,
            available_minor = a.available_minor + d.available,
            updated_at = now()
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS d (owner_id, currency, pending, available, seen)
        WHERE a.owner_id = d.owner_id AND a.currency = d.currency AND a.available_minor = coalesce(d.seen, a.available_minor)
        """;

    private const string Owe = """
        INSERT INTO receivable AS r (owner_id, currency, owed_minor)
        SELECT owner_id, currency, owed
        FROM unnest($1::text[], $2::text[], $3::bigint[]) AS d (owner_id, currency, owed)
        ORDER BY owner_id COLLATE "C", currency COLLATE "C"
        ON CONFLICT (owner_id, currency) DO UPDATE
        SET owed_minor = r.owed_minor + excluded.owed_minor, updated_at = now()
        """;

    protected override void Add(WriteBatch batch, Entry[] writes)
    {
        AddEntries(batch, writes);
        // One row per account: of two source rows for one target, PostgreSQL would apply one.
        var deltas = writes.GroupBy(w => w.Account, Delta.Sum).ToArray();
        AddIncreases(batch, deltas);
        AddDecreases(batch, [.. deltas.Where(d => d.Decreases)]);
        AddReceivables(batch, [.. deltas.Where(d => d.Owed != 0)]);
    }

    private static void AddEntries(WriteBatch batch, Entry[] entries) =>
        batch.Add(
            Append,
            Sql.Value(Array.ConvertAll(entries, e => e.Account.OwnerId)),
            Sql.Value(Array.ConvertAll(entries, e => e.Account.Currency)),
            Sql.Value(Array.ConvertAll(entries, e => e.OperationId)),
            Sql.Value(Array.ConvertAll(entries, e => e.PaymentId.ToGuid())),
            Sql.Value(Array.ConvertAll(entries, e => e.OrderId)),
            Sql.Value(Array.ConvertAll(entries, e => e.Kind)),
            Sql.Value(Array.ConvertAll(entries, e => e.Pending)),
            Sql.Value(Array.ConvertAll(entries, e => e.Available)),
            Sql.Value(Array.ConvertAll(entries, e => e.Owed)));

    private static void AddIncreases(WriteBatch batch, Delta[] deltas) =>
        batch.AddGuarded(
            deltas.Length,
            Increase,
            Sql.Value(Array.ConvertAll(deltas, d => d.Account.OwnerId)),
            Sql.Value(Array.ConvertAll(deltas, d => d.Account.Currency)),
            Sql.Value(Array.ConvertAll(deltas, d => Math.Max(0, d.Pending))),
            Sql.Value(Array.ConvertAll(deltas, d => Math.Max(0, d.Available))));

    private static void AddDecreases(WriteBatch batch, Delta[] deltas)
    {
        if (deltas.Length == 0)
            return;

        batch.AddGuarded(
            deltas.Length,
            Decrease,
            Sql.Value(Array.ConvertAll(deltas, d => d.Account.OwnerId)),
            Sql.Value(Array.ConvertAll(deltas, d => d.Account.Currency)),
            Sql.Value(Array.ConvertAll(deltas, d => Math.Min(0, d.Pending))),
            Sql.Value(Array.ConvertAll(deltas, d => Math.Min(0, d.Available))),
            Sql.Value(Array.ConvertAll(deltas, d => d.SeenAvailable + Math.Max(0, d.Available))));
    }

    private static void AddReceivables(WriteBatch batch, Delta[] deltas)
    {
        if (deltas.Length == 0)
            return;

        batch.AddGuarded(
            deltas.Length,
            Owe,
            Sql.Value(Array.ConvertAll(deltas, d => d.Account.OwnerId)),
            Sql.Value(Array.ConvertAll(deltas, d => d.Account.Currency)),
            Sql.Value(Array.ConvertAll(deltas, d => d.Owed)));
    }

    /// <summary>The sum of an account's entries.</summary>
    private sealed record Delta(AccountKey Account, long Pending, long Available, long Owed, long? SeenAvailable)
    {
        /// <summary>Or depends on what there is.</summary>
        public bool Decreases => Pending < 0 || Available < 0 || SeenAvailable is not null;

        public static Delta Sum(AccountKey account, IEnumerable<Entry> entries) =>
            entries.Aggregate(new Delta(account, 0, 0, 0, null), (sum, e) => sum with
            {
                Pending = sum.Pending + e.Pending,
                Available = sum.Available + e.Available,
                Owed = sum.Owed + e.Owed,
                // All of a group have seen the same.
                SeenAvailable = sum.SeenAvailable ?? e.SeenAvailable,
            });
    }
}
