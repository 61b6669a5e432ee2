-- One row per operation at a PSP, kept for ever: its id is what makes a repetition harmless.

CREATE TABLE operation
(
    operation_id     text        NOT NULL PRIMARY KEY,
    version          integer     NOT NULL,
    payment_id       uuid        NOT NULL,
    order_id         text        NOT NULL,
    kind             text        NOT NULL CHECK (kind IN ('charge', 'authorize', 'capture', 'void', 'refund')),
    connection       text        NOT NULL,
    target_reference text,
    amount_minor     bigint      NOT NULL CHECK (amount_minor > 0),
    currency         text        NOT NULL,
    state            text        NOT NULL CHECK (state IN ('sent', 'open', 'settled', 'abandoned')),
    forward          boolean     NOT NULL,
    lease_owner      uuid,
    lease_until      timestamptz,
    first_tried_at   timestamptz,
    last_tried_at    timestamptz,
    tries            integer     NOT NULL,
    first_absent_at  timestamptz,
    outcome          text,
    is_hard          boolean,
    reason           text,
    psp_reference    text,
    psp_status       text,
    psp_code         text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    settled_at       timestamptz
) WITH (fillfactor = 80);

CREATE INDEX operation_payment ON operation (payment_id);

-- The exact request, encrypted: it holds the payment-method token. Stored before it is sent, replayed as it is.
CREATE TABLE operation_request
(
    operation_id text  NOT NULL PRIMARY KEY,
    request      bytea NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON operation TO executor_runtime;
GRANT SELECT, INSERT ON operation_request TO executor_runtime;

CREATE VIEW ops_operation_v1 AS
SELECT operation_id, payment_id, order_id, kind, connection, state, outcome, psp_reference, amount_minor, currency,
       tries, reason, created_at, settled_at
FROM operation;

GRANT SELECT ON ops_operation_v1 TO ops_reader;
