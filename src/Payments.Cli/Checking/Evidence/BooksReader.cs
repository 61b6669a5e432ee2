using System.Runtime.CompilerServices;
using Npgsql;
using Payments.Contracts;

namespace Payments.Cli.Checking.Evidence;

/// <summary>Reads the <c>ops</c> views over one connection, whose transaction makes it one moment.</summary>
internal sealed class BooksReader(NpgsqlConnection connection)
{
    private const int PageSize = 1000;

    private static readonly string[] CountedViews =
    [
        "executor.ops_operation_v1", "wallets.ops_lot_v1", "wallets.ops_entry_v1", "ledger.ops_journal_v1",
        "ledger.ops_posting_v1",
    ];

    public async Task<Totals> ReadTotals(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, long>();
        foreach (var view in CountedViews)
            rows[view] = (await Read($"SELECT count(*) FROM {view}", null, r => r.GetInt64(0), cancellationToken))[0];
        return new Totals
        {
            Rows = rows,
            Accounts = await Read(
                "SELECT owner_id, currency, pending_minor, available_minor, held_minor FROM wallets.ops_account_v1",
                null,
                r => new AccountRow(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)),
                cancellationToken),
            Receivables = await Read(
                "SELECT owner_id, currency, owed_minor FROM wallets.ops_receivable_v1", null,
                r => new ReceivableRow(r.GetString(0), r.GetString(1), r.GetInt64(2)),
                cancellationToken),
            Balances = await Read(
                "SELECT account, currency, debit_minor, credit_minor FROM ledger.ops_balance_v1", null,
                r => new BalanceRow(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)),
                cancellationToken),
            Unbalanced = await Read(
                "SELECT journal_id, currency, debit_minor, credit_minor FROM ledger.ops_unbalanced_v1", null,
                r => $"The ledger itself lists journal {Id(r, 0)} as unbalanced: {(r.IsDBNull(1)
                    ? "no postings"
                    : $"{r.GetString(1)}, debits {r.GetInt64(2)}, credits {r.GetInt64(3)}")}.",
                cancellationToken),
        };
    }

    /// <summary>Every payment, a page at a time.</summary>
    public async IAsyncEnumerable<PaymentEvidence> ReadPayments(
        IReadOnlyDictionary<Ulid, int> before,
        IReadOnlyDictionary<Ulid, int> after,
        SandboxBook? sandbox,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (true)
        {
            var page = await ReadPage(last, cancellationToken);
            if (page.Count == 0)
                yield break;
            last = page[^1].Payment.PaymentId.ToGuid();
            var ids = page.Select(p => p.Payment.PaymentId.ToGuid()).ToArray();
            var rows = await ReadRows(ids, cancellationToken);
            foreach (var (payment, version) in page)
            {
                var id = payment.PaymentId;
                yield return rows.Complete(payment) with
                {
                    Settled = payment.IsTerminal && before.TryGetValue(id, out var earlier) && earlier == version
                        && after.TryGetValue(id, out var later) && later == version,
                    Charges = sandbox?.Of(id) ?? [],
                };
            }
        }
    }

    private Task<List<(PaymentEvidence Payment, int Version)>> ReadPage(
        Guid last, CancellationToken cancellationToken) => Read(
        $"""
        SELECT payment_id, state, amount_minor, currency, reason, resume_state, waits_until, updated_at, now(), version
        FROM orchestrator.ops_payment_v1
        WHERE payment_id > $1
        ORDER BY payment_id
        LIMIT {PageSize}
        """,
        last,
        r => (new PaymentEvidence
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
        }, r.GetInt32(9)),
        cancellationToken);

    private async Task<PageRows> ReadRows(Guid[] ids, CancellationToken cancellationToken) => new(
        await ReadOf(
            "order_id, seller_id, amount_minor, fee_minor, currency, status, connection FROM orchestrator.ops_order_v1",
            ids,
            r => new OrderRow(
                r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), r.GetString(5), r.GetString(6),
                Text(r, 7)),
            cancellationToken),
        await ReadOf(
            "operation_id, order_id, kind, connection, outcome, amount_minor, currency FROM executor.ops_operation_v1",
            ids,
            r => new OperationRow(
                r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), Text(r, 5), r.GetInt64(6),
                r.GetString(7)),
            cancellationToken),
        await ReadOf(
            "order_id, owner_id, currency, credited_minor, remaining_minor, reversed_minor FROM wallets.ops_lot_v1",
            ids,
            r => new LotRow(
                r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6)),
            cancellationToken),
        await ReadOf(
            "owner_id, currency, pending_minor + available_minor + held_minor, owed_minor FROM wallets.ops_entry_v1",
            ids,
            r => new EntryRow(r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4)),
            cancellationToken),
        await ReadOf(
            "journal_id, order_id, kind FROM ledger.ops_journal_v1", ids,
            r => new JournalRow(Id(r, 1), r.GetString(2), r.GetString(3)),
            cancellationToken),
        await ReadOf(
            "journal_id, order_id, account, currency, debit_minor, credit_minor FROM ledger.ops_posting_v1", ids,
            r => new PostingRow(Id(r, 1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6)),
            cancellationToken));

    private async Task<ILookup<Ulid, T>> ReadOf<T>(
        string columnsAndView, Guid[] ids, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        var rows = await Read(
            $"SELECT payment_id, {columnsAndView} WHERE payment_id = ANY($1)",
            ids,
            r => (Id(r, 0), row(r)),
            cancellationToken);
        return rows.ToLookup(r => r.Item1, r => r.Item2);
    }

    private async Task<List<T>> Read<T>(
        string sql, object? parameter, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (parameter is not null)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(row(reader));
        return rows;
    }

    private static Ulid Id(NpgsqlDataReader reader, int column) => Ulid.FromGuid(reader.GetGuid(column));

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private sealed record PageRows(
        ILookup<Ulid, OrderRow> Orders,
        ILookup<Ulid, OperationRow> Operations,
        ILookup<Ulid, LotRow> Lots,
        ILookup<Ulid, EntryRow> Entries,
        ILookup<Ulid, JournalRow> Journals,
        ILookup<Ulid, PostingRow> Postings)
    {
        public PaymentEvidence Complete(PaymentEvidence payment) => payment with
        {
            Orders = [.. Orders[payment.PaymentId]],
            Operations = [.. Operations[payment.PaymentId]],
            Lots = [.. Lots[payment.PaymentId]],
            Entries = [.. Entries[payment.PaymentId]],
            Journals = [.. Journals[payment.PaymentId]],
            Postings = [.. Postings[payment.PaymentId]],
        };
    }
}
