using System.Runtime.CompilerServices;
using Npgsql;
using Payments.Contracts;

namespace Payments.Cli.Checking.Evidence;

/// <summary>
/// Reads what the <c>ops</c> views say about each payment, a range of ids at a time: an index gives a range in one go, and
/// no more than a range is held in memory. While one is examined, the next one is read.
/// </summary>
/// <param name="before">Sees the moment before the books.</param>
/// <param name="books">Sees the moment of the books.</param>
/// <param name="after">Sees what is there now.</param>
/// <param name="sandbox">What the PSP says; it was read after the moment of the books.</param>
internal sealed class BooksReader(
    NpgsqlConnection before, NpgsqlConnection books, NpgsqlConnection after, SandboxBook? sandbox)
{
    private const int PageSize = 5000;

    private readonly Versions _before = new(before);
    private readonly Versions _after = new(after);

    /// <summary>Every payment.</summary>
    public async IAsyncEnumerable<PaymentEvidence> ReadPayments(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A range is read sooner than helpers are started.
        await using (var alone = new NpgsqlCommand("SET LOCAL max_parallel_workers_per_gather = 0", books))
            await alone.ExecuteNonQueryAsync(cancellationToken);
        var reading = ReadPage(Guid.Empty);
        try
        {
            while (await reading is { Count: > 0 } page)
            {
                reading = ReadPage(page[^1].PaymentId.ToGuid());
                foreach (var payment in page)
                    yield return payment;
            }
        }
        finally
        {
            // Whoever reads no further closes the connections.
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<IReadOnlyList<PaymentEvidence>> ReadPage(Guid above) =>
            Task.Run(() => Read(above, cancellationToken), cancellationToken);
    }

    private async Task<IReadOnlyList<PaymentEvidence>> Read(Guid above, CancellationToken cancellationToken)
    {
        var payments = await ReadSagas(above, cancellationToken);
        if (payments.Count == 0)
            return [];
        var last = payments[^1].Payment.PaymentId.ToGuid();
        var rows = payments.ToDictionary(p => p.Payment.PaymentId.ToGuid(), _ => new Rows());
        var earlier = _before.Read(above, last, cancellationToken);
        // The books are read before this: a payment that changed since is moving.
        var later = _after.Read(above, last, cancellationToken);
        await Task.WhenAll(earlier, later, ReadRows(above, last, rows, cancellationToken));
        var (versionsBefore, versionsAfter) = (await earlier, await later);
        return [.. payments.Select(p => rows[p.Payment.PaymentId.ToGuid()].Complete(p.Payment) with
        {
            Settled = p.Payment.IsTerminal && Has(versionsBefore, p) && Has(versionsAfter, p),
            Charges = sandbox?.Of(p.Payment.PaymentId) ?? [],
        })];
    }

    private static bool Has(IReadOnlyDictionary<Ulid, int> versions, (PaymentEvidence Payment, int Version) payment) =>
        versions.TryGetValue(payment.Payment.PaymentId, out var version) && version == payment.Version;

    private async Task<List<(PaymentEvidence Payment, int Version)>> ReadSagas(
        Guid above, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT payment_id, state, amount_minor, currency, reason, resume_state, waits_until, updated_at, now(), version
            FROM orchestrator.ops_payment_v1
            WHERE payment_id > $1
            ORDER BY payment_id
            LIMIT {PageSize}
            """,
            books);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = above });
        await using var r = await command.ExecuteReaderAsync(cancellationToken);
        var sagas = new List<(PaymentEvidence, int)>(PageSize);
        while (await r.ReadAsync(cancellationToken))
        {
            sagas.Add((new PaymentEvidence
            {
                PaymentId = Id(r, 0),
                State = r.GetString(1),
                Settled = false,
                AmountMinor = r.IsDBNull(2) ? null : r.GetInt64(2),
                Currency = Text(r, 3),
                Reason = Text(r, 4),
                ResumeState = Text(r, 5),
                WaitsUntil = r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6),
                UpdatedAt = r.GetFieldValue<DateTimeOffset>(7),
                Now = r.GetFieldValue<DateTimeOffset>(8),
            }, r.GetInt32(9)));
        }

        return sagas;
    }

    private async Task ReadRows(
        Guid above, Guid last, IReadOnlyDictionary<Guid, Rows> payments, CancellationToken cancellationToken)
    {
        await Read(
            "order_id, seller_id, amount_minor, fee_minor, currency, status, connection FROM orchestrator.ops_order_v1",
            (rows, r) => rows.Orders.Add(new OrderRow(
                r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), r.GetString(5), r.GetString(6), Text(r, 7))));
        await Read(
            "operation_id, order_id, kind, connection, outcome, amount_minor, currency FROM executor.ops_operation_v1",
            (rows, r) => rows.Operations.Add(new OperationRow(
                r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), Text(r, 5), r.GetInt64(6), r.GetString(7))));
        await Read(
            "order_id, owner_id, currency, credited_minor, remaining_minor, reversed_minor FROM wallets.ops_lot_v1",
            (rows, r) => rows.Lots.Add(new LotRow(
                r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6))));
        await Read(
            "owner_id, currency, pending_minor + available_minor + held_minor, owed_minor FROM wallets.ops_entry_v1",
            (rows, r) => rows.Entries.Add(new EntryRow(r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4))));
        await Read(
            "journal_id, order_id, kind FROM ledger.ops_journal_v1",
            (rows, r) => rows.Journals.Add(new JournalRow(Id(r, 1), r.GetString(2), r.GetString(3))));
        await Read(
            "journal_id, order_id, account, currency, debit_minor, credit_minor FROM ledger.ops_posting_v1",
            (rows, r) => rows.Postings.Add(new PostingRow(
                Id(r, 1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6))));

        async Task Read(string columnsAndView, Action<Rows, NpgsqlDataReader> add)
        {
            await using var command = new NpgsqlCommand(
                $"SELECT payment_id, {columnsAndView} WHERE payment_id > $1 AND payment_id <= $2", books);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = above });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = last });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                // A row of no payment shows in the totals: nobody counts it here.
                if (payments.TryGetValue(reader.GetGuid(0), out var rows))
                    add(rows, reader);
            }
        }
    }

    private static Ulid Id(NpgsqlDataReader reader, int column) => Ulid.FromGuid(reader.GetGuid(column));

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>What is gathered of one payment.</summary>
    private sealed class Rows
    {
        public List<OrderRow> Orders { get; } = [];

        public List<OperationRow> Operations { get; } = [];

        public List<LotRow> Lots { get; } = [];

        public List<EntryRow> Entries { get; } = [];

        public List<JournalRow> Journals { get; } = [];

        public List<PostingRow> Postings { get; } = [];

        public PaymentEvidence Complete(PaymentEvidence payment) => payment with
        {
            Orders = Orders,
            Operations = Operations,
            Lots = Lots,
            Entries = Entries,
            Journals = Journals,
            Postings = Postings,
        };
    }
}
