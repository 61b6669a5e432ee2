using Npgsql;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Executing;

/// <summary>Which operation, and which one it undoes.</summary>
internal sealed record OperationKey(string OperationId, string? Undoes = null);

/// <summary>The rows as they are, locked, and the database's clock.</summary>
internal sealed record OperationRows(DateTimeOffset Now, Operation? Operation, Operation? Undone);

/// <summary>A new operation must not exist; an old one must have the version that was loaded.</summary>
internal sealed record SaveOperation(Operation Operation) : IWrite;

/// <summary>The encrypted request of a new operation.</summary>
internal sealed record SaveRequest(string OperationId, byte[] Encrypted) : IWrite;

/// <summary>Locks operations by id.</summary>
internal sealed class OperationLoader : ILoader<OperationKey, OperationRows>
{
    private const string Select = """
        SELECT now(), operation_id, version, payment_id, order_id, kind, connection, target_reference, amount_minor, currency,
               state, forward, lease_owner, lease_until, first_tried_at, last_tried_at, tries, first_absent_at,
               outcome, is_hard, reason, psp_reference, psp_status, psp_code, created_at
        FROM operation WHERE operation_id = ANY($1) ORDER BY operation_id FOR UPDATE
        """;

    public async Task<IReadOnlyList<OperationRows>> Load(NpgsqlConnection connection, IReadOnlyList<OperationKey> keys)
    {
        string[] ids = [.. keys.SelectMany(k => new[] { k.OperationId, k.Undoes }).OfType<string>().Distinct()];
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("SELECT now()"), new(Select) { Parameters = { Sql.Value(ids) } } },
        };
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        await reader.ReadAsync(CancellationToken.None);
        var now = await reader.GetFieldValueAsync<DateTimeOffset>(0, CancellationToken.None);
        await reader.NextResultAsync(CancellationToken.None);
        var found = new Dictionary<string, Operation>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var operation = Read(reader);
            found.Add(operation.OperationId, operation);
        }

        return [.. keys.Select(k => new OperationRows(
            now, found.GetValueOrDefault(k.OperationId), k.Undoes is null ? null : found.GetValueOrDefault(k.Undoes)))];
    }

    private static Operation Read(NpgsqlDataReader reader) => new()
    {
        OperationId = reader.GetString(1),
        Version = reader.GetInt32(2),
        PaymentId = reader.GetGuid(3),
        OrderId = reader.GetString(4),
        Step = Words.StepOf(reader.GetString(5)),
        Connection = reader.GetString(6),
        TargetReference = reader.GetText(7),
        AmountMinor = reader.GetInt64(8),
        Currency = reader.GetString(9),
        State = Enum.Parse<OperationState>(reader.GetString(10), ignoreCase: true),
        Forward = reader.GetBoolean(11),
        LeaseOwner = reader.IsDBNull(12) ? null : reader.GetGuid(12),
        LeaseUntil = Time(reader, 13),
        FirstTriedAt = Time(reader, 14),
        LastTriedAt = Time(reader, 15),
        Tries = reader.GetInt32(16),
        FirstAbsentAt = Time(reader, 17),
        Outcome = reader.GetText(18) is { } outcome ? Words.OutcomeOf(outcome) : null,
        IsHard = reader.IsDBNull(19) ? null : reader.GetBoolean(19),
        Reason = reader.GetText(20),
        PspReference = reader.GetText(21),
        PspStatus = reader.GetText(22),
        PspCode = reader.GetText(23),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(24),
    };

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

/// <summary>SQL of <see cref="SaveOperation"/>.</summary>
internal sealed class OperationWriter : Writer<SaveOperation>
{
    private const string Insert = """
        INSERT INTO operation (operation_id, version, state, forward, lease_owner, lease_until, first_tried_at, last_tried_at,
            tries, first_absent_at, outcome, is_hard, reason, psp_reference, psp_status, psp_code, settled_at,
            payment_id, order_id, kind, connection, target_reference, amount_minor, currency)
        VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            CASE WHEN $3 IN ('settled', 'abandoned') THEN now() END, $17, $18, $19, $20, $21, $22, $23)
        ON CONFLICT DO NOTHING
        """;

    private const string Update = """
        UPDATE operation SET version = version + 1, state = $3, forward = $4, lease_owner = $5, lease_until = $6,
            first_tried_at = $7, last_tried_at = $8, tries = $9, first_absent_at = $10, outcome = $11, is_hard = $12,
            reason = $13, psp_reference = $14, psp_status = $15, psp_code = $16,
            settled_at = CASE WHEN $3 IN ('settled', 'abandoned') THEN now() END
        WHERE operation_id = $1 AND version = $2
        """;

    protected override void Add(WriteBatch batch, SaveOperation[] writes)
    {
        foreach (var operation in writes.Select(w => w.Operation).OrderBy(o => o.OperationId, StringComparer.Ordinal))
        {
            NpgsqlParameter[] changing =
            [
                Sql.Value(operation.OperationId), Sql.Value(operation.Version), Sql.Text(Words.Of(operation.State)),
                Sql.Value(operation.Forward), Sql.Value(operation.LeaseOwner), Sql.Value(operation.LeaseUntil),
                Sql.Value(operation.FirstTriedAt), Sql.Value(operation.LastTriedAt), Sql.Value(operation.Tries),
                Sql.Value(operation.FirstAbsentAt), Sql.Text(operation.Outcome is { } outcome ? Words.Of(outcome) : null),
                Sql.Value(operation.IsHard), Sql.Text(operation.Reason), Sql.Text(operation.PspReference),
                Sql.Text(operation.PspStatus), Sql.Text(operation.PspCode),
            ];
            if (operation.Version > 0)
            {
                batch.AddGuarded(1, Update, changing);
                continue;
            }

            batch.AddGuarded(1, Insert,
            [
                .. changing,
                Sql.Value(operation.PaymentId), Sql.Value(operation.OrderId), Sql.Value(Words.Of(operation.Step)),
                Sql.Value(operation.Connection), Sql.Text(operation.TargetReference), Sql.Value(operation.AmountMinor),
                Sql.Value(operation.Currency),
            ]);
        }
    }
}

/// <summary>SQL of <see cref="SaveRequest"/>, and its reading.</summary>
internal sealed class RequestWriter : Writer<SaveRequest>
{
    protected override void Add(WriteBatch batch, SaveRequest[] writes) =>
        batch.AddGuarded(
            writes.Length,
            "INSERT INTO operation_request (operation_id, request) SELECT * FROM unnest($1::text[], $2::bytea[])",
            Sql.Value(writes.Select(w => w.OperationId).ToArray()),
            Sql.Value(writes.Select(w => w.Encrypted).ToArray()));
}

/// <summary>The words that stand in the database.</summary>
internal static class Words
{
    public static string Of(OperationState state) => state switch
    {
        OperationState.Sent => "sent",
        OperationState.Open => "open",
        OperationState.Settled => "settled",
        OperationState.Abandoned => "abandoned",
    };

    public static string Of(PspStep step) => step switch
    {
        PspStep.Sale => "charge",
        PspStep.Authorize => "authorize",
        PspStep.Capture => "capture",
        PspStep.Void => "void",
        PspStep.Refund => "refund",
    };

    public static string Of(OutcomeKind outcome) => outcome switch
    {
        OutcomeKind.Approved => "approved",
        OutcomeKind.Pending => "pending",
        OutcomeKind.ActionRequired => "action_required",
        OutcomeKind.Declined => "declined",
        OutcomeKind.NotAttempted => "not_attempted",
        OutcomeKind.InvalidRequest => "invalid_request",
        OutcomeKind.InDoubt => "in_doubt",
    };

    /// <summary>An operation's id names its step: <c>{PaymentId}/{OrderId}/{step}/{n}</c>.</summary>
    public static PspStep StepIn(string operationId) =>
        operationId.Split('/') is [_, _, var step, _]
            ? StepOf(step)
            : throw new FormatException($"'{operationId}' is not the id of an operation at a PSP.");

    public static PspStep StepOf(string word) => Enum.GetValues<PspStep>().Single(step => Of(step) == word);

    public static OutcomeKind OutcomeOf(string word) => Enum.GetValues<OutcomeKind>().Single(kind => Of(kind) == word);
}
