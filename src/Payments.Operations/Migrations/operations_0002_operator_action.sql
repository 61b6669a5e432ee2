-- Who did what, when, why, and to what: append-only.
CREATE TABLE operator_action
(
    action_id      uuid        NOT NULL PRIMARY KEY,
    acted_at       timestamptz NOT NULL DEFAULT now(),
    actor          text        NOT NULL,
    -- Until there is a sign-in, the name is what the caller says.
    actor_verified boolean     NOT NULL,
    action         text        NOT NULL,
    subject        text        NOT NULL,
    reason         text        NOT NULL,
    before         jsonb       NOT NULL,
    after          jsonb
);

CREATE INDEX operator_action_subject ON operator_action (subject, acted_at);

GRANT SELECT, INSERT ON operator_action TO operations_runtime;
