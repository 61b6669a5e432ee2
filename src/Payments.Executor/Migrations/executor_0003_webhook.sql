-- Notifications of PSPs, and how they find their operation.

-- The operation id as the PSP says it again. Until now there was one PSP, which says it as it is.
ALTER TABLE operation ADD COLUMN reference text;
UPDATE operation SET reference = operation_id WHERE state <> 'abandoned';
CREATE UNIQUE INDEX operation_reference ON operation (connection, reference);

-- What acts on a payment is also found by the PSP's id of that payment. Both never change, so that settling an operation
-- touches no index; psp_reference does change and has none.
CREATE INDEX operation_target ON operation (connection, target_reference) WHERE target_reference IS NOT NULL;

-- What came in, whole: card numbers are masked, the signature was right.
CREATE TABLE webhook_body
(
    body_id     uuid        NOT NULL PRIMARY KEY,
    connection  text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    headers     jsonb       NOT NULL,
    body        bytea       NOT NULL
);

-- One row per event; a body may hold several. Kept for ever: its id is what makes a repetition harmless.
CREATE TABLE webhook
(
    webhook_id   uuid        NOT NULL PRIMARY KEY,
    body_id      uuid        NOT NULL REFERENCES webhook_body,
    connection   text        NOT NULL,
    -- The PSP's, or what identifies a duplicate there.
    event_id     text        NOT NULL,
    type         text        NOT NULL,
    -- What was understood of it.
    notification jsonb       NOT NULL,
    -- kept: about no operation; stored: its message is on the way; waiting: its operation is not known yet, or nothing is
    -- certain; applied: done; unknown: nobody knew its operation for as long as we waited.
    state        text        NOT NULL CHECK (state IN ('kept', 'stored', 'waiting', 'applied', 'unknown')),
    operation_id text,
    result       text,
    looks        integer     NOT NULL DEFAULT 0,
    next_look_at timestamptz,
    received_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (connection, event_id)
) WITH (fillfactor = 80);

CREATE INDEX webhook_due ON webhook (next_look_at) WHERE next_look_at IS NOT NULL;

GRANT SELECT, INSERT ON webhook_body TO executor_runtime;
GRANT SELECT, INSERT, UPDATE ON webhook TO executor_runtime;

CREATE VIEW ops_webhook_v1 AS
SELECT webhook_id, connection, event_id, type, state, operation_id, result, looks, next_look_at, received_at
FROM webhook;

GRANT SELECT ON ops_webhook_v1 TO ops_reader;
