using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

[Collection(nameof(ToyCollection))]
public sealed class PartitionKeeperTests(ToyService toy)
{
    private const string Partitions = """
        SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = $1
        """;

    [Fact]
    public async Task Keep_NewDay_MakesPartitionsAheadAndDropsExpiredOnes()
    {
        var owner = new OwnerConnection(RunDirectory.ConnectionString("operations", "Owner"));
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        await Execute(owner, $"SELECT ensure_partitions('{today.AddDays(-60):yyyy-MM-dd}', '{today.AddDays(-60):yyyy-MM-dd}')");
        await Execute(owner, $"SELECT ensure_partitions('{today.AddDays(-10):yyyy-MM-dd}', '{today.AddDays(-10):yyyy-MM-dd}')");
        using var keeper = new PartitionKeeper(
            owner, new InboxOptions { AheadDays = 9, MessageDays = 3 }, TimeProvider.System, NullLogger<PartitionKeeper>.Instance);

        await keeper.Keep(CancellationToken.None);

        (await Exists($"inbox_{today.AddDays(9):yyyyMMdd}")).ShouldBeTrue("made ahead");
        (await Exists($"inbox_message_{today.AddDays(9):yyyyMMdd}")).ShouldBeTrue("made ahead");
        (await Exists($"inbox_{today.AddDays(-60):yyyyMMdd}")).ShouldBeFalse("past 45 days");
        (await Exists($"inbox_{today.AddDays(-10):yyyyMMdd}")).ShouldBeTrue("within 45 days");
        (await Exists($"inbox_message_{today.AddDays(-10):yyyyMMdd}")).ShouldBeFalse("past 3 days");
    }

    private async Task<bool> Exists(string partition) => await toy.Ask<long>(Partitions, partition) == 1;

    private static async Task Execute(OwnerConnection owner, string sql)
    {
        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
