using Npgsql;
using Payments.Contracts;
using static Payments.Ledger.Batch;

namespace Payments.Ledger;

/// <summary>What the database refuses, whatever the program does.</summary>
public sealed class DatabaseGuardTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private const string Insert = "INSERT INTO posting (journal_id, ordinal, account, currency, debit_minor, credit_minor) VALUES ";

    [Theory]
    [InlineData(2, "($1, 1, 'bank', 'USD', 100, 0), ($1, 2, 'suspense', 'USD', 0, 100)", null)]
    [InlineData(2, "($1, 1, 'bank', 'USD', 100, 0), ($1, 2, 'suspense', 'USD', 0, 99)", "journal_balances")]
    [InlineData(2, "($1, 1, 'bank', 'USD', 100, 0), ($1, 2, 'suspense', 'EUR', 0, 100)", "journal_balances")]
    [InlineData(4, "($1, 1, 'bank', 'USD', 9, 0), ($1, 2, 'suspense', 'USD', 0, 9), ($1, 3, 'bank', 'EUR', 7, 0), ($1, 4, 'suspense', 'EUR', 0, 7)", null)]
    [InlineData(4, "($1, 1, 'bank', 'USD', 9, 0), ($1, 2, 'suspense', 'USD', 0, 9), ($1, 3, 'bank', 'EUR', 7, 0), ($1, 4, 'suspense', 'EUR', 0, 8)", "journal_balances")]
    [InlineData(2, "($1, 1, 'bank', 'USD', 100, 0)", "journal_is_whole")]
    [InlineData(3, "($1, 1, 'bank', 'USD', 100, 0), ($1, 2, 'suspense', 'USD', 0, 100)", "journal_is_whole")]
    [InlineData(2, "", "journal_is_whole")]
    public async Task Journal_AtCommit_MustBalanceAndBeWhole(int promised, string postings, string? violated)
    {
        await using var connection = await ledger.Runtime.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var journalId = await InsertJournal(connection, promised);
        if (postings.Length > 0)
            await Run(connection, Insert + postings, journalId);

        if (violated is null)
            await transaction.CommitAsync();
        else
            (await Should.ThrowAsync<PostgresException>(() => transaction.CommitAsync())).ConstraintName.ShouldBe(violated);
    }

    [Theory]
    [InlineData("($1, 1, 'bank', 'USD', -1, 0)")]
    [InlineData("($1, 1, 'bank', 'USD', 0, 0)")]
    [InlineData("($1, 1, 'bank', 'USD', 1, 1)")]
    [InlineData("($1, 1, 'bank', 'usd', 1, 0)")]
    [InlineData("($1, 1, '', 'USD', 1, 0)")]
    [InlineData("($1, 0, 'bank', 'USD', 1, 0)")]
    public async Task Posting_OutOfBounds_IsRefused(string posting)
    {
        await using var connection = await ledger.Runtime.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var journalId = await InsertJournal(connection, 2);

        (await Should.ThrowAsync<PostgresException>(() => Run(connection, Insert + posting, journalId)))
            .SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task Journal_PromisingOnePosting_IsRefused()
    {
        await using var connection = await ledger.Runtime.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        (await Should.ThrowAsync<PostgresException>(() => InsertJournal(connection, 1)))
            .SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Theory]
    [InlineData("runtime")]
    [InlineData("owner")]
    public async Task Posting_AddedToRecordedJournal_IsRefusedThoughItBalances(string role)
    {
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", NewSeller(), 100, 10));
        await ledger.Handle(command);
        var journalId = await ledger.Read<Guid>(
            "SELECT journal_id FROM ops_journal_v1 WHERE payment_id = $1", command.PaymentId.ToGuid());

        var refused = await Should.ThrowAsync<PostgresException>(() => LedgerDatabase.Execute(
            role == "owner" ? ledger.Owner : ledger.Runtime,
            Insert + "($1, 4, 'bank', 'USD', 5, 0), ($1, 5, 'suspense', 'USD', 0, 5)",
            journalId));

        refused.ConstraintName.ShouldBe("journal_is_whole");
    }

    [Theory]
    [InlineData("UPDATE posting SET credit_minor = credit_minor + 1")]
    [InlineData("DELETE FROM posting")]
    [InlineData("TRUNCATE posting")]
    [InlineData("UPDATE journal SET kind = 'Undo'")]
    [InlineData("DELETE FROM journal")]
    [InlineData("TRUNCATE journal CASCADE")]
    [InlineData("UPDATE operation SET kind = 'Undo'")]
    [InlineData("DELETE FROM operation")]
    [InlineData("TRUNCATE operation CASCADE")]
    public async Task History_Rewritten_IsRefusedToRuntimeAndOwner(string sql)
    {
        (await Refusal(ledger.Runtime, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await Refusal(ledger.Owner, sql)).ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    [Theory]
    [InlineData("INSERT INTO blocked_account (account, reason) VALUES ('bank', 'mine')")]
    [InlineData("DELETE FROM blocked_account")]
    [InlineData("ALTER TABLE posting DISABLE TRIGGER append_only")]
    [InlineData("CREATE TEMPORARY TABLE posting (journal_id uuid)")]
    [InlineData("CREATE TABLE mine (id int)")]
    public async Task Runtime_BeyondItsRights_IsRefused(string sql) =>
        (await Refusal(ledger.Runtime, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    [Theory]
    [InlineData("ops_journal_v1", "journal_id,payment_id,order_id,operation_id,kind,recorded_at")]
    [InlineData("ops_posting_v1", "journal_id,payment_id,order_id,account,currency,debit_minor,credit_minor")]
    [InlineData("ops_operation_v1", "operation_id,payment_id,kind,recorded_at,answer")]
    [InlineData("ops_balance_v1", "account,currency,debit_minor,credit_minor")]
    [InlineData("ops_unbalanced_v1", "journal_id,currency,debit_minor,credit_minor")]
    public async Task OpsView_Columns_AreAsPromised(string view, string columns)
    {
        await using var command = ledger.OpsReader.CreateCommand($"SELECT * FROM {view} LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync();

        string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)).ShouldBe(columns);
        Enumerable.Range(0, reader.FieldCount)
            .Where(i => reader.GetName(i).EndsWith("_minor", StringComparison.Ordinal))
            .ShouldAllBe(i => reader.GetFieldType(i) == typeof(long));
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("posting")]
    [InlineData("operation")]
    [InlineData("blocked_account")]
    [InlineData("inbox")]
    public async Task OpsReader_Table_IsRefused(string table) =>
        (await Refusal(ledger.OpsReader, $"SELECT 1 FROM {table}")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    /// <summary>The checker looks for itself: with the triggers out of the way, inside a transaction that is given up.</summary>
    [Fact]
    public async Task UnbalancedView_TriggersOff_ShowsWhatDoesNotBalance()
    {
        await using var connection = await ledger.Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Run(connection, "ALTER TABLE journal DISABLE TRIGGER balances");
        var empty = await InsertJournal(connection, 2);
        var skewed = await InsertJournal(connection, 2);
        await Run(connection, Insert + "($1, 1, 'bank', 'USD', 100, 0), ($1, 2, 'suspense', 'USD', 0, 99)", skewed);

        await using var command = new NpgsqlCommand("SELECT journal_id FROM ops_unbalanced_v1", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<Guid>();
        while (await reader.ReadAsync())
            found.Add(reader.GetGuid(0));

        found.ShouldBe([empty, skewed], ignoreOrder: true);
    }

    private static async Task<Guid> InsertJournal(NpgsqlConnection connection, int promised)
    {
        var journalId = Ulid.NewUlid().ToGuid();
        await Run(
            connection,
            """
            WITH o AS (
                INSERT INTO operation (operation_id, payment_id, kind, request, answer)
                VALUES ($1::uuid::text, $1, 'Capture', '\x00', '{}')
            )
            INSERT INTO journal (journal_id, payment_id, order_id, operation_id, kind, posting_count)
            VALUES ($1, $1, 'a', $1::uuid::text, 'Capture', $2)
            """,
            journalId,
            promised);
        return journalId;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string?> Refusal(NpgsqlDataSource role, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => LedgerDatabase.Execute(role, sql))).SqlState;
}
