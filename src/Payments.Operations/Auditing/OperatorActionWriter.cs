using Payments.Messaging;

namespace Payments.Operations.Auditing;

internal sealed class OperatorActionWriter : Writer<OperatorAction>
{
    // The same commit may be submitted twice, when its first result is unknown.
    private const string Insert = """
        INSERT INTO operator_action (action_id, actor, actor_verified, action, subject, reason, before)
        SELECT id, actor, false, action, subject, reason, before::jsonb
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS acted (id, actor, action, subject, reason, before)
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, OperatorAction[] writes) => batch.Add(
        Insert,
        Sql.Value(writes.Select(w => w.Id.ToGuid()).ToArray()),
        Sql.Value(writes.Select(w => w.Actor).ToArray()),
        Sql.Value(writes.Select(w => w.Action).ToArray()),
        Sql.Value(writes.Select(w => w.Subject).ToArray()),
        Sql.Value(writes.Select(w => w.Reason).ToArray()),
        Sql.Value(writes.Select(w => w.Before).ToArray()));
}
