using Npgsql;
using Payments.Contracts;
using Payments.Ledger.Remembering;
using Payments.Messaging;

namespace Payments.Ledger.Recording;

/// <summary>Locks nothing: journals are only added, and who is first under an operation id is settled by its primary key.</summary>
internal sealed class JournalLoader : ILoader<JournalKey, JournalRows>
{
    private const string SelectOperations = """
        SELECT operation_id, payment_id, kind, request, answer::text FROM operation WHERE operation_id = ANY ($1)
        """;

    private const string SelectBlocks = "SELECT account, currency FROM blocked_account WHERE account = ANY ($1)";

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<JournalKey> keys)
    {
        var operationIds = keys.Select(k => k.OperationId).Distinct().ToArray();
        var accounts = keys.SelectMany(k => k.Accounts).Distinct().ToArray();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectOperations) { Parameters = { Sql.Value(operationIds) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectBlocks) { Parameters = { Sql.Value(accounts) } });
    }

    public async Task<IReadOnlyList<JournalRows>> Read(NpgsqlDataReader reader, IReadOnlyList<JournalKey> keys)
    {
        var operations = await ReadOperations(reader);
        await reader.NextResultAsync(CancellationToken.None);
        var blocks = await ReadBlocks(reader);
        return [.. keys.Select(k => new JournalRows(operations.GetValueOrDefault(k.OperationId), blocks))];
    }

    private static async Task<Dictionary<string, Operation>> ReadOperations(NpgsqlDataReader reader)
    {
        var operations = new Dictionary<string, Operation>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var operation = new Operation(
                reader.GetString(0),
                Ulid.FromGuid(reader.GetGuid(1)),
                reader.GetString(2),
                reader.GetFieldValue<byte[]>(3),
                reader.GetString(4));
            operations.Add(operation.OperationId, operation);
        }

        return operations;
    }

    private static async Task<List<Block>> ReadBlocks(NpgsqlDataReader reader)
    {
        var blocks = new List<Block>();
        while (await reader.ReadAsync(CancellationToken.None))
            blocks.Add(new Block(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        return blocks;
    }
}
