using System.Net.Http.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Operations.Tests.Querying;

/// <summary>Payments that wait and payments that have ended are read apart: nobody who reads a list may notice.</summary>
public sealed class When_a_list_has_several_pages(OperationsApp app) : IClassFixture<OperationsApp>, IAsyncLifetime
{
    private readonly string _merchant = $"m-{Ulid.NewUlid()}";
    private readonly NpgsqlDataSource _database =
        NpgsqlDataSource.Create(RunDirectory.ConnectionString("orchestrator", "Owner"));

    /// <summary>In the order in which they were accepted, which is not the order of their ids.</summary>
    private readonly Ulid[] _payments = [.. Enumerable.Range(0, 7).Select(_ => Ulid.NewUlid()).Reverse()];

    public async Task InitializeAsync()
    {
        for (var i = 0; i < _payments.Length; i++)
        {
            var waits = i % 3 == 0;
            // The fourth and the fifth at one moment, the one with the lower id last.
            await Execute(
                """
                INSERT INTO payment (payment_id, version, state, merchant_id, outstanding, in_doubt, batch, firings, deadline_epoch, deadline_at, accepted_at)
                VALUES ($1, 1, $2, $3, 0, 0, 1, 0, 1, $4::timestamptz, '2026-01-31T13:00:00Z'::timestamptz + $5 * interval '1 microsecond')
                """,
                _payments[i].ToGuid(), waits ? "Authorizing" : "Rejected", _merchant,
                waits ? "2100-01-01T00:00:00Z" : DBNull.Value, i == 4 ? 3 : i);
        }
    }

    public async Task DisposeAsync()
    {
        await Execute("DELETE FROM payment WHERE merchant_id = $1", _merchant);
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("", new[] { 6, 5, 3, 4, 2, 1, 0 })]
    [InlineData("&state=Rejected", new[] { 5, 4, 2, 1 })]
    [InlineData("&state=Authorizing", new[] { 6, 3, 0 })]
    [InlineData("&from=2026-01-31T13:00:00.000002Z", new[] { 6, 5, 3, 4, 2 })]
    [InlineData("&to=2026-01-31T13:00:00.000003Z", new[] { 2, 1, 0 })]
    public async Task Should_show_each_payment_once_last_accepted_first(string filter, int[] expected)
    {
        var shown = new List<Ulid>();
        var cursor = "";
        do
        {
            var page = await app.Http.GetFromJsonAsync<PaymentPage>(
                $"/v1/payments?merchant={_merchant}&limit=2{filter}{cursor}", ContractJson.Options);
            page.ShouldNotBeNull().Payments.Count.ShouldBeInRange(1, 2);
            shown.AddRange(page.Payments.Select(p => p.PaymentId));
            cursor = page.Next is null ? "" : $"&cursor={page.Next}";
        }
        while (cursor.Length > 0);

        shown.ShouldBe(expected.Select(i => _payments[i]));
    }

    private async Task Execute(string sql, params object[] parameters)
    {
        await using var command = _database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await command.ExecuteNonQueryAsync();
    }
}
