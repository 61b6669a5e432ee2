-- Actions whole, and listed newest first: all of them, those of somebody, and those of a kind.

CREATE INDEX operator_action_acted ON operator_action (acted_at DESC, action_id DESC);
CREATE INDEX operator_action_by_actor ON operator_action (actor, acted_at DESC, action_id DESC);
CREATE INDEX operator_action_by_action ON operator_action (action, acted_at DESC, action_id DESC);

-- A letter that was deleted has left behind whose it was.
CREATE INDEX operator_action_deleted_payment ON operator_action ((before ->> 'paymentId')) WHERE action = 'delete_letter';

CREATE OR REPLACE VIEW ops_operator_action_v1 AS
SELECT action_id, acted_at, actor, actor_verified, action, subject, reason, before, after,
       before ->> 'paymentId' AS payment_id
FROM operator_action;
