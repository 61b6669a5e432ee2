using Npgsql;
using Payments.Contracts;
using static Payments.Wallets.Batch;

namespace Payments.Wallets;

/// <summary>What the database refuses, whatever the program does.</summary>
public sealed class DatabaseGuardTests(WalletsDatabase wallets) : IClassFixture<WalletsDatabase>
{
    [Theory]
    [InlineData("UPDATE account SET pending_minor = pending_minor - 101 WHERE owner_id = $1")]
    [InlineData("UPDATE account SET available_minor = -1 WHERE owner_id = $1")]
    [InlineData("UPDATE account SET held_minor = -1 WHERE owner_id = $1")]
    [InlineData("UPDATE lot SET taken_minor = 60, reversed_minor = 60, released_minor = 41 WHERE owner_id = $1")]
    [InlineData("UPDATE lot SET released_minor = -1 WHERE owner_id = $1")]
    [InlineData("UPDATE lot SET taken_minor = -1, reversed_minor = 0 WHERE owner_id = $1")]
    [InlineData("UPDATE lot SET reversed_minor = 101 WHERE owner_id = $1")]
    [InlineData("UPDATE lot SET taken_minor = 10 WHERE owner_id = $1")]
    [InlineData("INSERT INTO receivable (owner_id, currency, owed_minor) VALUES ($1, 'USD', -1)")]
    [InlineData("INSERT INTO account (owner_id, currency, pending_minor, available_minor, held_minor) VALUES ($1, 'usd', 0, 0, 0)")]
    public async Task Amounts_OutOfBounds_AreRefused(string sql) =>
        (await Refusal(wallets.Runtime, sql, await CreditedSeller())).ShouldBe(PostgresErrorCodes.CheckViolation);

    [Theory]
    [InlineData("UPDATE entry SET pending_minor = 0")]
    [InlineData("DELETE FROM entry")]
    [InlineData("TRUNCATE entry")]
    [InlineData("UPDATE operation SET kind = 'reversal'")]
    [InlineData("DELETE FROM operation")]
    [InlineData("TRUNCATE operation CASCADE")]
    [InlineData("DELETE FROM account")]
    [InlineData("DELETE FROM lot")]
    [InlineData("DELETE FROM receivable")]
    [InlineData("DELETE FROM seller")]
    [InlineData("UPDATE lot SET credited_minor = 0")]
    [InlineData("UPDATE account SET owner_id = 'mallory'")]
    public async Task History_RewrittenByRuntime_IsRefused(string sql) =>
        (await Refusal(wallets.Runtime, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    [Theory]
    [InlineData("UPDATE entry SET pending_minor = 0")]
    [InlineData("DELETE FROM entry")]
    [InlineData("TRUNCATE entry")]
    [InlineData("UPDATE operation SET kind = 'reversal'")]
    [InlineData("DELETE FROM operation")]
    [InlineData("TRUNCATE operation CASCADE")]
    public async Task History_RewrittenByOwner_IsRefused(string sql) =>
        (await Refusal(wallets.Owner, sql)).ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);

    [Fact]
    public async Task Credit_OrderUnderAnotherOperation_IsRefused()
    {
        var credit = Credit(Ulid.NewUlid(), Line("a", NewSeller(), 100));
        await wallets.Handle(credit);

        var refused = await Should.ThrowAsync<PostgresException>(
            () => wallets.Handle(credit with { OperationId = $"{credit.PaymentId}/credit/2" }));

        (refused.SqlState, refused.ConstraintName).ShouldBe((PostgresErrorCodes.UniqueViolation, "lot_pkey"));
        (await wallets.Read<long>(
            "SELECT pending_minor FROM account WHERE owner_id = $1", credit.Lines[0].SellerId)).ShouldBe(100);
    }

    [Theory]
    [InlineData("ops_account_v1", "owner_id,currency,pending_minor,available_minor,held_minor,closed,updated_at")]
    [InlineData("ops_lot_v1", "payment_id,order_id,owner_id,currency,credited_minor,remaining_minor,reversed_minor,created_at")]
    [InlineData("ops_receivable_v1", "owner_id,currency,owed_minor")]
    [InlineData("ops_entry_v1", "entry_id,owner_id,currency,operation_id,payment_id,order_id,kind,pending_minor,available_minor,held_minor,owed_minor,recorded_at")]
    [InlineData("ops_operation_v1", "operation_id,payment_id,kind,tombstone,recorded_at,answer")]
    [InlineData("ops_seller_v1", "seller_id,closed,currencies,updated_at")]
    [InlineData("ops_inbox_v1", "message_id,consumer,settled_at,sent")]
    [InlineData("ops_inbox_message_v1", "message_id,consumer,ordinal,sent_id,type")]
    public async Task OpsView_Columns_AreAsPromised(string view, string columns)
    {
        await using var command = wallets.OpsReader.CreateCommand($"SELECT * FROM {view} LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync();

        string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)).ShouldBe(columns);
        Enumerable.Range(0, reader.FieldCount)
            .Where(i => reader.GetName(i).EndsWith("_minor", StringComparison.Ordinal))
            .ShouldAllBe(i => reader.GetFieldType(i) == typeof(long));
    }

    [Theory]
    [InlineData("account")]
    [InlineData("lot")]
    [InlineData("entry")]
    [InlineData("operation")]
    [InlineData("seller")]
    [InlineData("receivable")]
    [InlineData("inbox")]
    public async Task OpsReader_Table_IsRefused(string table) =>
        (await Refusal(wallets.OpsReader, $"SELECT 1 FROM {table}")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    private async Task<string> CreditedSeller()
    {
        var seller = NewSeller();
        await wallets.Handle(Credit(Ulid.NewUlid(), Line("a", seller, 100)));
        return seller;
    }

    private static async Task<string?> Refusal(NpgsqlDataSource role, string sql, params object[] parameters) =>
        (await Should.ThrowAsync<PostgresException>(() => WalletsDatabase.Execute(role, sql, parameters))).SqlState;
}
