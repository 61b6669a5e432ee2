using Npgsql;
using Payments.Messaging;

namespace Payments.Operations.Auditing;

internal sealed class OperatorActionWriter : Writer<OperatorAction>
{
    // The same commit may be submitted twice, when its first result is unknown.
    private const string Insert = """
        INSERT INTO operator_action (action_id, actor, actor_verified, action, subject, reason, before, after)
        SELECT id, actor, false, action, subject, reason, before::jsonb, after::jsonb
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
            AS acted (id, actor, action, subject, reason, before, after)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Records actions in a transaction that the caller commits, with what was done.</summary>
    public static async Task Record(
        NpgsqlConnection connection, IReadOnlyList<OperatorAction> actions, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.AddRange(Parameters(actions));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override void Add(WriteBatch batch, OperatorAction[] writes) => batch.Add(Insert, Parameters(writes));

    private static NpgsqlParameter[] Parameters(IReadOnlyList<OperatorAction> actions) =>
    [
        Sql.Value(actions.Select(a => a.Id.ToGuid()).ToArray()),
        Sql.Value(actions.Select(a => a.Actor).ToArray()),
        Sql.Value(actions.Select(a => a.Action).ToArray()),
        Sql.Value(actions.Select(a => a.Subject).ToArray()),
        Sql.Value(actions.Select(a => a.Reason).ToArray()),
        Sql.Value(actions.Select(a => a.Before).ToArray()),
        Sql.Value(actions.Select(a => a.After).ToArray()),
    ];
}
