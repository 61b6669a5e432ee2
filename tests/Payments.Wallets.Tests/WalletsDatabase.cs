using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Testing;
using Payments.Wallets.Admitting;
using Payments.Wallets.Crediting;
using Payments.Wallets.Reversing;

namespace Payments.Wallets;

/// <summary>
/// The service's committer on the real database, without the broker. Commands run in parallel as they would in several
/// processes: nothing in this process makes them wait for each other.
/// </summary>
public sealed class WalletsDatabase : IAsyncDisposable
{
    private readonly CollectedLog _log = new();
    private readonly ServiceProvider _services;

    public WalletsDatabase()
    {
        var configuration = RunDirectory.Configuration("wallets");
        Runtime = NpgsqlDataSource.Create(RunDirectory.ConnectionString("wallets", "Database"));
        Owner = NpgsqlDataSource.Create(RunDirectory.ConnectionString("wallets", "Owner"));
        OpsReader = NpgsqlDataSource.Create(
            RunDirectory.ConnectionString("operations", "OpsReader") + ";Search Path=wallets");
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(_log))
            .AddSingleton(Runtime)
            .AddSingleton(new OwnerConnection(Owner.ConnectionString))
            .AddWallets(configuration)
            .BuildServiceProvider();
    }

    public NpgsqlDataSource Runtime { get; }

    public NpgsqlDataSource Owner { get; }

    public NpgsqlDataSource OpsReader { get; }

    /// <summary>What the service warned of: a deadlock, for one, which it survives by trying again.</summary>
    public IReadOnlyCollection<string> Warnings => _log.Warnings;

    public Task<object> Handle(CreditWallets command) => Carry(new Decision<CreditKey, CreditRows>(
        command.PaymentId, CreditDecision.Key(command), rows => CreditDecision.Decide(command, rows)));

    public Task<object> Handle(ReverseCredits command) => Carry(new Decision<ReversalKey, ReversalRows>(
        command.PaymentId, ReversalDecision.Key(command), rows => ReversalDecision.Decide(command, rows)));

    public async Task Handle(UpdateSeller command) =>
        await _services.GetRequiredService<ICommitter>().Commit(Origin.Local, UpdateSellerConsumer.Decide(command));

    /// <summary>The first column of the first row, as the owner.</summary>
    public async Task<T> Read<T>(string sql, params object[] parameters)
    {
        await using var command = Owner.CreateCommand(sql);
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

    /// <summary>What release will do once there is one: what is left of the lot becomes available.</summary>
    public Task Release(Ulid paymentId, string orderId) => Execute(
        Owner,
        """
        WITH due AS (
            SELECT * FROM lot WHERE payment_id = $1 AND order_id = $2 FOR UPDATE
        ), released AS (
            UPDATE lot l SET released_minor = l.released_minor + due.remaining_minor
            FROM due WHERE l.payment_id = due.payment_id AND l.order_id = due.order_id
        ), moved AS (
            UPDATE account a
            SET pending_minor = pending_minor - due.remaining_minor, available_minor = available_minor + due.remaining_minor
            FROM due WHERE a.owner_id = due.owner_id AND a.currency = due.currency
        )
        INSERT INTO entry (owner_id, currency, operation_id, payment_id, order_id, kind,
            pending_minor, available_minor, held_minor, owed_minor)
        SELECT owner_id, currency, 'test', payment_id, order_id, 'release', -remaining_minor, remaining_minor, 0, 0 FROM due
        """,
        paymentId.ToGuid(),
        orderId);

    /// <summary>What a payout will do once there is one.</summary>
    public Task Spend(string owner, string currency, long amount) => Execute(
        Owner,
        """
        WITH spent AS (
            UPDATE account SET available_minor = available_minor - $3
            WHERE owner_id = $1 AND currency = $2 RETURNING owner_id, currency
        )
        INSERT INTO entry (owner_id, currency, operation_id, payment_id, order_id, kind,
            pending_minor, available_minor, held_minor, owed_minor)
        SELECT owner_id, currency, 'test', gen_random_uuid(), 'none', 'payout', 0, -$3, 0, 0 FROM spent
        """,
        owner,
        currency,
        amount);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _log.Dispose();
        await Runtime.DisposeAsync();
        await Owner.DisposeAsync();
        await OpsReader.DisposeAsync();
    }

    private async Task<object> Carry<TKey, TRows>(Decision<TKey, TRows> decision)
    {
        var committer = _services.GetRequiredService<ICommitter>();
        while (true)
        {
            var result = await committer.Commit(Origin.Local, decision);
            if (result.Kind != CommitKind.Clash)
                return Read(result.Messages.ShouldHaveSingleItem());
        }
    }

    private static object Read(OutgoingMessage message)
    {
        var type = typeof(CreditWallets).Assembly.GetType($"{typeof(CreditWallets).Namespace}.{message.Type}", throwOnError: true)!;
        return JsonNode.Parse(message.Body)!["message"].Deserialize(type, ContractJson.Options)!;
    }
}
