-- Who did what to what, as operators may read it; what it was before and after stays in the table.

CREATE VIEW ops_operator_action_v1 AS
SELECT action_id, acted_at, actor, actor_verified, action, subject, reason
FROM operator_action;

GRANT SELECT ON ops_operator_action_v1 TO ops_reader;
