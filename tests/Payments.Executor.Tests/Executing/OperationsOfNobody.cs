using Npgsql;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Executor.Tests.Executing;

/// <summary>
/// These tests ask for operations without payments, in the tables and on the queues that every project shares. Who comes later
/// would rightly complain of them: they go when the last of these tests has ended, and what was said about them with them.
/// </summary>
public sealed class OperationsOfNobody : IAsyncLifetime
{
    private static readonly string[] Queues =
    [
        Routes.Executor(ExecutorProcess.Connection),
        Routes.ExecutorControl(ExecutorProcess.Connection),
        Routes.PaymentSaga,
        Routes.Routing,
    ];

    private string _began = "";

    public async Task InitializeAsync() =>
        _began = (await ExecutorProcess.Query("SELECT now()::text")).ShouldHaveSingleItem()[0]!;

    public async Task DisposeAsync()
    {
        await ExecutorProcess.Query("DELETE FROM outbox");
        await using var broker = await BrokerClient.Connect("executor");
        foreach (var queue in Queues)
            await broker.Empty(queue);
        foreach (var table in new[] { "operation_request", "operation_unsettled", "operation" })
        {
            await ExecutorProcess.Query(
                $"DELETE FROM {table} WHERE operation_id IN (SELECT operation_id FROM operation WHERE created_at >= $1::timestamptz)",
                new NpgsqlParameter { Value = _began });
        }
    }
}
