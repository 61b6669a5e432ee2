using Npgsql;
using Payments.Contracts;
using Payments.Ledger.Remembering;
using static Payments.Ledger.Batch;

namespace Payments.Ledger;

/// <summary>Commands against the real database, many at once, as from several processes.</summary>
public sealed class RecordingTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private const int Payments = 200;

    [Fact]
    public async Task Captures_ManyOfOneSeller_AllCount()
    {
        var (seller, connection) = (NewSeller(), NewConnection());

        await Task.WhenAll(Enumerable.Range(0, Payments).Select(_ => ledger.Handle(Record(
            Ulid.NewUlid(),
            JournalKind.Capture,
            Line("a", seller, 100, 10, connection: connection),
            Line("b", seller, 50, 0, connection: connection)))));

        (await ledger.Balance($"psp-receivable:{connection}")).ShouldBe(150 * Payments);
        (await ledger.Balance($"seller-payable:{seller}")).ShouldBe(-140 * Payments);
        (await Unbalanced()).ShouldBe(0);
    }

    [Fact]
    public async Task CaptureUndoRefund_InThisOrder_LeaveNothing()
    {
        var (payment, seller, connection) = (Ulid.NewUlid(), NewSeller(), NewConnection());
        var line = Line("a", seller, 100, 10, connection: connection);

        foreach (var kind in new[] { JournalKind.Capture, JournalKind.Undo, JournalKind.Refund })
            (await ledger.Handle(Record(payment, kind, line))).ShouldBeOfType<JournalRecorded>().Kind.ShouldBe(kind);

        (await ledger.Balance($"psp-receivable:{connection}")).ShouldBe(0);
        (await ledger.Balance($"seller-payable:{seller}")).ShouldBe(0);
        (await ledger.JournalsOf(payment)).ShouldBe(3);
    }

    [Fact]
    public async Task Capture_ManyTimesAtOnce_IsRecordedOnce()
    {
        var seller = NewSeller();
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", seller, 100, 10), Line("b", seller, 7, 7));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ledger.Handle(command)));

        answers.ShouldAllBe(a => a is JournalRecorded);
        (await ledger.JournalsOf(command.PaymentId)).ShouldBe(2);
        (await ledger.Balance($"seller-payable:{seller}")).ShouldBe(-90);
    }

    [Fact]
    public async Task Capture_SameIdOtherLines_IsRefusedAndChangesNothing()
    {
        var seller = NewSeller();
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", seller, 100, 10));
        await ledger.Handle(command);

        await Should.ThrowAsync<OperationMisusedException>(
            () => ledger.Handle(command with { Lines = [Line("a", seller, 101, 10)] }));

        (await ledger.Balance($"seller-payable:{seller}")).ShouldBe(-90);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Capture_BlockedAccount_IsRejectedAndSaidAgain(bool atomic, int recorded)
    {
        var (free, blocked) = (NewSeller(), NewSeller());
        var command = Record(Ulid.NewUlid(), JournalKind.Capture, Line("a", free, 100, 10), Line("b", blocked, 50, 5));
        command = command with { Atomic = atomic };
        await Block($"seller-payable:{blocked}");

        var first = (await ledger.Handle(command)).ShouldBeOfType<JournalRejected>();
        await Unblock($"seller-payable:{blocked}");
        var again = (await ledger.Handle(command)).ShouldBeOfType<JournalRejected>();

        foreach (var answer in new[] { first, again })
        {
            answer.Rejected.ShouldBe([new LineRejection("b", "account_blocked")]);
            answer.Recorded.Count.ShouldBe(recorded);
        }

        (await ledger.JournalsOf(command.PaymentId)).ShouldBe(recorded);
    }

    [Fact]
    public async Task Block_SameAccountTwice_IsRefused()
    {
        var account = $"seller-payable:{NewSeller()}";
        await Block(account);

        (await Should.ThrowAsync<PostgresException>(() => Block(account)))
            .SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
    }

    /// <summary>However busy an account is, a page of its statement comes from the index alone.</summary>
    [Fact]
    public async Task Statement_OfAccount_ReadsTheIndexOnly()
    {
        await using var connection = await ledger.Owner.OpenConnectionAsync();
        await using (var little = new NpgsqlCommand("SET enable_seqscan = off", connection))
            await little.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(
            """
            EXPLAIN (FORMAT json) SELECT journal_id, debit_minor, credit_minor FROM posting
            WHERE account = 'platform-fees' AND currency = 'USD' ORDER BY journal_id DESC LIMIT 50
            """,
            connection);
        var plan = (string)(await command.ExecuteScalarAsync())!;

        plan.ShouldContain("Index Only Scan");
        plan.ShouldContain("posting_of_account");
        plan.ShouldNotContain("Sort");
    }

    private Task<long> Unbalanced() => ledger.Read<long>("SELECT count(*) FROM ops_unbalanced_v1");

    private Task Block(string account) => LedgerDatabase.Execute(
        ledger.Owner, "INSERT INTO blocked_account (account, reason) VALUES ($1, 'a test')", account);

    private Task Unblock(string account) => LedgerDatabase.Execute(
        ledger.Owner, "DELETE FROM blocked_account WHERE account = $1", account);
}
