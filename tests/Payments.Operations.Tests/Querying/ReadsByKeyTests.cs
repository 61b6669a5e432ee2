using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Payments.Contracts;
using Payments.Operations.Querying;
using Payments.Operations.Views;
using Payments.Testing;

namespace Payments.Operations.Tests.Querying;

/// <summary>What is read by key is planned once, and by key, however small or large the tables are.</summary>
public sealed class ReadsByKeyTests(OperationsApp app) : IClassFixture<OperationsApp>, IAsyncLifetime
{
    private const string Seller = "seller-1";

    private readonly Ulid _payment = Ulid.NewUlid();
    private readonly NpgsqlDataSource _owner =
        NpgsqlDataSource.Create(RunDirectory.ConnectionString("orchestrator", "Owner"));

    public async Task InitializeAsync()
    {
        await using var insert = _owner.CreateCommand(
            $"""
            INSERT INTO payment (payment_id, version, state, outstanding, in_doubt, batch, firings, deadline_epoch)
            VALUES ('{_payment.ToGuid()}', 1, 'Rejected', 0, 0, 1, 0, 1)
            """);
        await insert.ExecuteNonQueryAsync();
        // Of a table that is known to fit on a page, a planner would read the page.
        await using var analyze = _owner.CreateCommand("ANALYZE payment");
        await analyze.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync()
    {
        await using var delete = _owner.CreateCommand($"DELETE FROM payment WHERE payment_id = '{_payment.ToGuid()}'");
        await delete.ExecuteNonQueryAsync();
        await _owner.DisposeAsync();
    }

    [Fact]
    public async Task Find_AgainAndAgain_IsPlannedOnce()
    {
        await using var ops = await OpenContext();
        var connection = (NpgsqlConnection)ops.Database.GetDbConnection();
        await Read(connection, times: 5);

        // Alias, payment, orders, history, letters; whether there is a payment, lots, journals, postings; accounts, receivables.
        var statements = await Query(
            connection,
            """
            SELECT custom_plans || ' ' || (generic_plans >= 4)
            FROM pg_prepared_statements WHERE statement LIKE '%.ops\_%'
            """);
        statements.ShouldBe(Enumerable.Repeat("0 true", 11));
    }

    [Fact]
    public async Task Find_InTablesOfAnySize_ScansNone()
    {
        await using var ops = await OpenContext();
        var connection = (NpgsqlConnection)ops.Database.GetDbConnection();
        await Read(connection, times: 2);

        var statements = await Query(
            connection,
            """
            SELECT format(
                'EXPLAIN EXECUTE %I(%L)', name,
                CASE parameter_types::text WHEN '{uuid}' THEN gen_random_uuid()::text WHEN '{uuid[]}' THEN '{}' ELSE 'x' END)
            FROM pg_prepared_statements WHERE statement LIKE '%.ops\_%'
            """);
        statements.Count.ShouldBe(11);
        foreach (var statement in statements)
        {
            var plan = string.Join('\n', await Query(connection, statement));
            plan.ShouldNotContain("Seq Scan", customMessage: statement);
            // An index that is read from end to end looks like one that is searched.
            Regex.Count(plan, "Index (Only )?Scan").ShouldBe(Regex.Count(plan, "Index Cond: "), $"{statement}\n{plan}");
        }
    }

    /// <summary>As Operations makes it. Its connection stays open: what is prepared there can be looked at.</summary>
    private async Task<OpsByKeyContext> OpenContext()
    {
        var ops = await app.Services.GetRequiredService<IDbContextFactory<OpsByKeyContext>>().CreateDbContextAsync();
        await ops.Database.OpenConnectionAsync();
        // What others have prepared on it.
        ((NpgsqlConnection)ops.Database.GetDbConnection()).UnprepareAll();
        return ops;
    }

    private async Task Read(NpgsqlConnection connection, int times)
    {
        var contexts = new Contexts(connection);
        for (var i = 0; i < times; i++)
        {
            (await new PaymentQuery(contexts).Find(_payment, CancellationToken.None)).ShouldNotBeNull();
            (await new BooksQuery(contexts).Find(_payment, CancellationToken.None)).ShouldNotBeNull();
            await new BooksQuery(contexts).Balances(Seller, CancellationToken.None);
        }
    }

    private static async Task<List<string>> Query(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>All on that connection.</summary>
    private sealed class Contexts(NpgsqlConnection connection) : IDbContextFactory<OpsByKeyContext>
    {
        public OpsByKeyContext CreateDbContext() => new(
            new DbContextOptionsBuilder<OpsByKeyContext>()
                .UseNpgsql(connection)
                .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
                .Options);
    }
}
