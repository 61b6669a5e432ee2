using Npgsql;

namespace Payments.Executor.Tests.Executing;

/// <summary>
/// These tests ask for operations without payments, in the tables that every project shares. The checkers that run later
/// would rightly complain of them: they go when the last of these tests has ended.
/// </summary>
public sealed class OperationsOfNobody : IAsyncLifetime
{
    private string _began = "";

    public async Task InitializeAsync() =>
        _began = (await ExecutorProcess.Query("SELECT now()::text")).ShouldHaveSingleItem()[0]!;

    public async Task DisposeAsync()
    {
        foreach (var table in new[] { "operation_request", "operation_unsettled", "operation" })
        {
            await ExecutorProcess.Query(
                $"DELETE FROM {table} WHERE operation_id IN (SELECT operation_id FROM operation WHERE created_at >= $1::timestamptz)",
                new NpgsqlParameter { Value = _began });
        }
    }
}
