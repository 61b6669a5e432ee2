-- The saga: one row per payment, one per order, one per transition.

CREATE TABLE payment
(
    payment_id         uuid        NOT NULL PRIMARY KEY,
    version            integer     NOT NULL,
    state              text        NOT NULL,
    merchant_id        text,
    merchant_reference text,
    idempotency_key    text,
    fulfilment_policy  text,
    currency           text,
    amount_minor       bigint,
    payment_method     jsonb,
    outstanding        integer     NOT NULL,
    in_doubt           integer     NOT NULL,
    reason             text,
    resume_state       text,
    park_reason        text,
    at_risk_minor      bigint,
    batch              integer     NOT NULL,
    step_operation_id  text,
    step_message_id    uuid,
    firings            integer     NOT NULL,
    deadline_epoch     integer     NOT NULL,
    deadline_at        timestamptz,
    waits_for          text,
    errors             jsonb,
    accepted_at        timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

-- Only payments that wait are in it, so that it stays small however many are finished.
CREATE INDEX payment_deadline ON payment (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX payment_merchant ON payment (merchant_id, payment_id DESC);
CREATE INDEX payment_state ON payment (state, payment_id DESC);

CREATE TABLE payment_order
(
    payment_id           uuid    NOT NULL REFERENCES payment,
    order_id             text    NOT NULL,
    position             integer NOT NULL,
    seller_id            text    NOT NULL,
    amount_minor         bigint  NOT NULL CHECK (amount_minor > 0),
    fee_minor            bigint  NOT NULL CHECK (fee_minor BETWEEN 0 AND amount_minor),
    description          text,
    status               text    NOT NULL,
    doubt                text    NOT NULL,
    connection           text,
    attempt              integer NOT NULL,
    tried                text[]  NOT NULL,
    operation_id         text,
    command_id           uuid,
    not_after            timestamptz,
    looks                integer NOT NULL,
    outcome              text,
    forward_operation_id text,
    psp_reference        text,
    reason               text,
    batch                integer NOT NULL,
    debt                 boolean NOT NULL,
    PRIMARY KEY (payment_id, order_id)
) WITH (fillfactor = 70);

CREATE TABLE payment_history
(
    payment_id uuid        NOT NULL,
    sequence   integer     NOT NULL,
    from_state text        NOT NULL,
    event      text        NOT NULL,
    to_state   text        NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    order_id   text,
    message_id uuid        NOT NULL,
    sent       text[]      NOT NULL,
    PRIMARY KEY (payment_id, sequence)
);

GRANT SELECT, INSERT, UPDATE ON payment, payment_order TO orchestrator_runtime;
GRANT SELECT, INSERT ON payment_history TO orchestrator_runtime;

CREATE VIEW ops_payment_v1 AS
SELECT payment_id, merchant_id, merchant_reference, idempotency_key, state, amount_minor, currency,
       fulfilment_policy, coalesce(park_reason, reason) AS reason, waits_for, deadline_at AS waits_until, resume_state, at_risk_minor, errors,
       version, accepted_at, updated_at
FROM payment;

CREATE VIEW ops_order_v1 AS
SELECT o.payment_id, o.order_id, o.position, o.seller_id, o.amount_minor, o.fee_minor, p.currency, o.status, o.doubt,
       o.connection, o.psp_reference, o.reason, o.debt
FROM payment_order o JOIN payment p USING (payment_id);

CREATE VIEW ops_history_v1 AS
SELECT payment_id, sequence, from_state, event, to_state, at, order_id, message_id, sent
FROM payment_history;

GRANT SELECT ON ops_payment_v1, ops_order_v1, ops_history_v1 TO ops_reader;
