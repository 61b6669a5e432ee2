-- The front door's memory: which key and which payment id stand for which request. Nothing here is ever changed.

-- The sole authority on idempotency: one key of a merchant is one payment, for ever.
CREATE TABLE intake
(
    merchant_id      text        NOT NULL,
    idempotency_key  text        NOT NULL,
    payment_id       uuid        NOT NULL UNIQUE,
    -- SHA-256 of the request's canonical form, without payment id and time.
    request_hash     bytea       NOT NULL CHECK (length(request_hash) = 32),
    -- The saga hears of the payment under this id, also when the request comes again.
    start_message_id uuid        NOT NULL,
    accepted_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, idempotency_key)
);

-- The request as received, under the contract's names, its tokens encrypted.
CREATE TABLE payment_request
(
    payment_id  uuid        NOT NULL PRIMARY KEY REFERENCES intake (payment_id),
    body        jsonb       NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    received_at timestamptz NOT NULL DEFAULT now()
);

-- The same request came under another payment id: queries follow it to the payment.
CREATE TABLE payment_alias
(
    payment_id          uuid        NOT NULL PRIMARY KEY,
    original_payment_id uuid        NOT NULL REFERENCES intake (payment_id),
    merchant_id         text        NOT NULL,
    received_at         timestamptz NOT NULL DEFAULT now(),
    CHECK (payment_id <> original_payment_id)
);

-- Payment ids whose request was rejected. A corrected request takes a new id: the saga keeps this one as rejected.
CREATE TABLE intake_rejection
(
    payment_id        uuid        NOT NULL PRIMARY KEY,
    merchant_id       text,
    request_hash      bytea       NOT NULL CHECK (length(request_hash) = 32),
    reject_message_id uuid        NOT NULL,
    received_at       timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT ON intake, payment_request, payment_alias, intake_rejection TO orchestrator_runtime;

CREATE VIEW ops_alias_v1 AS
SELECT payment_id, original_payment_id, merchant_id
FROM payment_alias;

GRANT SELECT ON ops_alias_v1 TO ops_reader;
