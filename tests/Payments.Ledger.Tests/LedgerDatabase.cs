using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Payments.Contracts;
using Payments.Ledger.Recording;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Ledger;

/// <summary>
/// The service's committer on the real database, without the broker. Commands run in parallel as they would in several
/// processes: nothing in this process makes them wait for each other.
/// </summary>
public sealed class LedgerDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public LedgerDatabase()
    {
        Runtime = NpgsqlDataSource.Create(RunDirectory.ConnectionString("ledger", "Database"));
        Owner = NpgsqlDataSource.Create(RunDirectory.ConnectionString("ledger", "Owner"));
        OpsReader = NpgsqlDataSource.Create(
            RunDirectory.ConnectionString("operations", "OpsReader") + ";Search Path=ledger");
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Runtime)
            .AddSingleton(new OwnerConnection(Owner.ConnectionString))
            .AddLedger(RunDirectory.Configuration("ledger"))
            .BuildServiceProvider();
    }

    public NpgsqlDataSource Runtime { get; }

    public NpgsqlDataSource Owner { get; }

    public NpgsqlDataSource OpsReader { get; }

    public async Task<object> Handle(RecordJournal command)
    {
        var committer = _services.GetRequiredService<ICommitter>();
        var decision = new Decision<JournalKey, JournalRows>(
            command.PaymentId, JournalDecision.Key(command), rows => JournalDecision.Decide(command, rows));
        while (true)
        {
            var result = await committer.Commit(Origin.Local, decision);
            if (result.Kind != CommitKind.Clash)
                return Read(result.Messages.ShouldHaveSingleItem());
        }
    }

    /// <summary>Debits less credits of one account, in its only currency; null when it was never posted to.</summary>
    public async Task<long?> Balance(string account) =>
        await Read<long?>("SELECT debit_minor - credit_minor FROM ops_balance_v1 WHERE account = $1", account);

    public async Task<long> JournalsOf(Ulid paymentId) =>
        await Read<long>("SELECT count(*) FROM ops_journal_v1 WHERE payment_id = $1", paymentId.ToGuid());

    /// <summary>The first column of the first row, as the reader of the operators' views.</summary>
    public async Task<T> Read<T>(string sql, params object[] parameters)
    {
        await using var command = OpsReader.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task Execute(NpgsqlDataSource role, string sql, params object[] parameters)
    {
        await using var command = role.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Runtime.DisposeAsync();
        await Owner.DisposeAsync();
        await OpsReader.DisposeAsync();
    }

    private static object Read(OutgoingMessage message)
    {
        var type = typeof(RecordJournal).Assembly.GetType($"{typeof(RecordJournal).Namespace}.{message.Type}", throwOnError: true)!;
        return JsonNode.Parse(message.Body)!["message"].Deserialize(type, ContractJson.Options)!;
    }
}
