using Npgsql;
using Payments.Executor.Psp;
using Payments.Hosting;
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
    public const string Columns = """
        operation_id, version, payment_id, order_id, kind, connection, target_reference, amount_minor, currency,
        state, forward, lease_owner, lease_until, first_tried_at, last_tried_at, tries, first_absent_at,
        outcome, is_hard, reason, psp_reference, psp_status, psp_code, created_at, not_after, reference,
        undoes, settlement_reference
        """;

    public const string Select =
        $"SELECT {Columns} FROM operation WHERE operation_id = ANY($1) ORDER BY operation_id FOR UPDATE";

    private const string LockOnly =
        "SELECT FROM operation WHERE operation_id = ANY($1) ORDER BY operation_id FOR UPDATE";

    /// <summary>Notifications lock operations as well.</summary>
    public static RowLock Lock(IEnumerable<string> operationIds) => new(LockOnly, operationIds);

    public RowLock? LockFirst(IReadOnlyList<OperationKey> keys) => Lock(IdsOf(keys));

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<OperationKey> keys)
    {
        string[] ids = [.. IdsOf(keys).Distinct()];
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT now()"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Select) { Parameters = { Sql.Value(ids) } });
    }

    public async Task<IReadOnlyList<OperationRows>> Read(NpgsqlDataReader reader, IReadOnlyList<OperationKey> keys)
    {
        await reader.ReadAsync(CancellationToken.None);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
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

    /// <summary>Reads the row that the reader stands on, of <see cref="Columns"/>.</summary>
    public static Operation Read(NpgsqlDataReader reader) => new()
    {
        OperationId = reader.GetString(0),
        Version = reader.GetInt32(1),
        PaymentId = reader.GetGuid(2),
        OrderId = reader.GetString(3),
        Step = Words.StepOf(reader.GetString(4)),
        Connection = reader.GetString(5),
        TargetReference = reader.GetText(6),
        AmountMinor = reader.GetInt64(7),
        Currency = reader.GetString(8),
        State = Enum.Parse<OperationState>(reader.GetString(9), ignoreCase: true),
        Forward = reader.GetBoolean(10),
        LeaseOwner = reader.IsDBNull(11) ? null : reader.GetGuid(11),
        LeaseUntil = Time(reader, 12),
        FirstTriedAt = Time(reader, 13),
        LastTriedAt = Time(reader, 14),
        Tries = reader.GetInt32(15),
        FirstAbsentAt = Time(reader, 16),
        Outcome = reader.GetText(17) is { } outcome ? Words.OutcomeOf(outcome) : null,
        IsHard = reader.IsDBNull(18) ? null : reader.GetBoolean(18),
        Reason = reader.GetText(19),
        PspReference = reader.GetText(20),
        PspStatus = reader.GetText(21),
        PspCode = reader.GetText(22),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(23),
        NotAfter = Time(reader, 24),
        Reference = reader.GetText(25),
        Undoes = reader.GetText(26),
        SettlementReference = reader.GetText(27),
    };

    private static IEnumerable<string> IdsOf(IEnumerable<OperationKey> keys) =>
        keys.SelectMany(k => new[] { k.OperationId, k.Undoes }).OfType<string>();

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

/// <summary>SQL of <see cref="SaveOperation"/>.</summary>
internal sealed class OperationWriter : Writer<SaveOperation>
{
    private const string Insert = """
        INSERT INTO operation (operation_id, version, state, forward, lease_owner, lease_until, first_tried_at, last_tried_at,
            tries, first_absent_at, outcome, is_hard, reason, psp_reference, psp_status, psp_code, settlement_reference, settled_at,
            payment_id, order_id, kind, connection, target_reference, amount_minor, currency, not_after, reference, undoes)
        SELECT operation_id, version + 1, state, forward, lease_owner, lease_until, first_tried_at, last_tried_at,
            tries, first_absent_at, outcome, is_hard, reason, psp_reference, psp_status, psp_code, settlement_reference,
            CASE WHEN state IN ('settled', 'abandoned') THEN now() END,
            payment_id, order_id, kind, connection, target_reference, amount_minor, currency, not_after, reference, undoes
        FROM unnest($1::text[], $2::int[], $3::text[], $4::boolean[], $5::uuid[], $6::timestamptz[], $7::timestamptz[],
            $8::timestamptz[], $9::int[], $10::timestamptz[], $11::text[], $12::boolean[], $13::text[], $14::text[],
            $15::text[], $16::text[], $17::text[], $18::uuid[], $19::text[], $20::text[], $21::text[], $22::text[], $23::bigint[],
            $24::text[], $25::timestamptz[], $26::text[], $27::text[])
            AS o (operation_id, version, state, forward, lease_owner, lease_until, first_tried_at, last_tried_at, tries,
            first_absent_at, outcome, is_hard, reason, psp_reference, psp_status, psp_code, settlement_reference,
            payment_id, order_id, kind, connection, target_reference, amount_minor, currency, not_after, reference, undoes)
        ON CONFLICT DO NOTHING
        """;

    private const string Update = """
        UPDATE operation AS t SET version = t.version + 1, state = o.state, forward = o.forward, lease_owner = o.lease_owner,
            lease_until = o.lease_until, first_tried_at = o.first_tried_at, last_tried_at = o.last_tried_at, tries = o.tries,
            first_absent_at = o.first_absent_at, outcome = o.outcome, is_hard = o.is_hard, reason = o.reason,
            psp_reference = o.psp_reference, psp_status = o.psp_status, psp_code = o.psp_code,
            settlement_reference = o.settlement_reference, target_reference = o.target_reference,
            settled_at = CASE WHEN o.state IN ('settled', 'abandoned') THEN now() END
        FROM unnest($1::text[], $2::int[], $3::text[], $4::boolean[], $5::uuid[], $6::timestamptz[], $7::timestamptz[],
            $8::timestamptz[], $9::int[], $10::timestamptz[], $11::text[], $12::boolean[], $13::text[], $14::text[],
            $15::text[], $16::text[], $17::text[], $18::text[])
            AS o (operation_id, version, state, forward, lease_owner, lease_until, first_tried_at, last_tried_at, tries,
            first_absent_at, outcome, is_hard, reason, psp_reference, psp_status, psp_code, settlement_reference,
            target_reference)
        WHERE t.operation_id = o.operation_id AND t.version = o.version
        """;

    protected override void Add(WriteBatch batch, SaveOperation[] writes)
    {
        var sorted = writes.Select(w => w.Operation)
            .OrderBy(o => o.OperationId, StringComparer.Ordinal)
            .ToLookup(o => o.Version == 0);
        Operation[] added = [.. sorted[true]];
        Operation[] changed = [.. sorted[false]];
        if (added.Length > 0)
            batch.AddGuarded(added.Length, Insert, [.. Changing(added), .. Fixed(added)]);
        if (changed.Length > 0)
            batch.AddGuarded(changed.Length, Update, [.. Changing(changed), Column(changed, o => o.TargetReference)]);
    }

    private static NpgsqlParameter[] Changing(Operation[] operations) =>
    [
        Column(operations, o => o.OperationId),
        Column(operations, o => o.Version),
        Column(operations, o => Words.Of(o.State)),
        Column(operations, o => o.Forward),
        Column(operations, o => o.LeaseOwner),
        Column(operations, o => o.LeaseUntil),
        Column(operations, o => o.FirstTriedAt),
        Column(operations, o => o.LastTriedAt),
        Column(operations, o => o.Tries),
        Column(operations, o => o.FirstAbsentAt),
        Column(operations, o => o.Outcome is { } outcome ? Words.Of(outcome) : null),
        Column(operations, o => o.IsHard),
        Column(operations, o => o.Reason),
        Column(operations, o => o.PspReference),
        Column(operations, o => o.PspStatus),
        Column(operations, o => o.PspCode),
        Column(operations, o => o.SettlementReference),
    ];

    private static NpgsqlParameter[] Fixed(Operation[] operations) =>
    [
        Column(operations, o => o.PaymentId),
        Column(operations, o => o.OrderId),
        Column(operations, o => Words.Of(o.Step)),
        Column(operations, o => o.Connection),
        Column(operations, o => o.TargetReference),
        Column(operations, o => o.AmountMinor),
        Column(operations, o => o.Currency),
        Column(operations, o => o.NotAfter),
        Column(operations, o => o.Reference),
        Column(operations, o => o.Undoes),
    ];

    private static NpgsqlParameter Column<T>(Operation[] operations, Converter<Operation, T> value) =>
        Sql.Value(Array.ConvertAll(operations, value));
}

/// <summary>SQL of <see cref="SaveRequest"/>, and its reading.</summary>
internal sealed class RequestWriter : Writer<SaveRequest>
{
    /// <summary>What rests encrypted: the text of it as bytes.</summary>
    public static EncryptedRows Encrypted { get; } = new(
        "operation_request",
        "operation_id",
        "text",
        "convert_from(request, 'UTF8')",
        "request = convert_to(n.value, 'UTF8')",
        (cipher, operationId, value) => cipher.Renew(value, operationId));

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
        OperationState.Waiting => "waiting",
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
