using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Remembering;

/// <summary>The part of a load that finds operations by id.</summary>
internal static class OperationReader
{
    private const string Select = """
        SELECT operation_id, payment_id, kind, request, answer::text FROM operation WHERE operation_id = ANY ($1)
        """;

    public static NpgsqlBatchCommand Command(IEnumerable<string> operationIds) =>
        new(Select) { Parameters = { Sql.Value(operationIds.Distinct().ToArray()) } };

    public static async Task<Dictionary<string, Operation>> Read(NpgsqlDataReader reader)
    {
        var operations = new Dictionary<string, Operation>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var operation = new Operation(
                reader.GetString(0),
                Ulid.FromGuid(reader.GetGuid(1)),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3),
                reader.IsDBNull(4) ? null : reader.GetString(4));
            operations.Add(operation.OperationId, operation);
        }

        return operations;
    }
}
