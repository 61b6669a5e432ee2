using System.Text.RegularExpressions;
using Npgsql;
using Payments.Hosting;
using Payments.Testing;

namespace Payments.Messaging.Tests.Committing;

public sealed class InboxTests
{
    /// <summary>
    /// As the planner decides it once, while the day's table is empty: a plan that reads the range of a group's deliveries
    /// compares each of them with all that was settled meanwhile.
    /// </summary>
    [Fact]
    public async Task Lookup_InADayOfAnySize_FindsEachDeliveryByItsKey()
    {
        await using var connection = new NpgsqlConnection(
            ServiceDefaults.ByKey(RunDirectory.ConnectionString("ledger", "Database")));
        await connection.OpenAsync();
        await using var prepare = new NpgsqlCommand($"PREPARE lookup (uuid[], text[], uuid, uuid) AS {Inbox.Lookup}", connection);
        await prepare.ExecuteNonQueryAsync();

        var plan = new List<string>();
        await using var explain = new NpgsqlCommand(
            $"EXPLAIN EXECUTE lookup ('{{}}', '{{}}', '{Guid.Empty}', '{Guid.AllBitsSet}')", connection);
        await using (var reader = await explain.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                plan.Add(reader.GetString(0));
        }

        var text = string.Join('\n', plan);
        var days = Regex.Count(text, @"on inbox_\d{8} ");
        days.ShouldBeGreaterThan(1, text);
        Regex.Count(text, @"Index Cond: .*\(message_id = k\.message_id\) AND \(consumer = k\.consumer\)").ShouldBe(days, text);
    }
}
