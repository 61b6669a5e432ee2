-- What was answered to a POST of a payment, by merchant and idempotency key: a cache, whose authority is the
-- orchestrator's intake. The body is not kept, only its hash: it holds tokens.
CREATE TABLE http_request
(
    merchant_id     text        NOT NULL,
    idempotency_key text        NOT NULL,
    request_hash    bytea       NOT NULL CHECK (octet_length(request_hash) = 32),
    payment_id      uuid        NOT NULL,
    state           text        NOT NULL DEFAULT 'taking_in' CHECK (state IN ('taking_in', 'accepted')),
    -- While it is being taken in: whoever comes after this moment takes over, with the same payment id.
    lease_until     timestamptz NOT NULL,
    takers          integer     NOT NULL DEFAULT 1 CHECK (takers > 0),
    answer          jsonb,
    created_at      timestamptz NOT NULL DEFAULT now(),
    accepted_at     timestamptz,
    PRIMARY KEY (merchant_id, idempotency_key),
    CHECK ((state = 'accepted') = (answer IS NOT NULL AND accepted_at IS NOT NULL))
);

GRANT SELECT, INSERT, UPDATE ON http_request TO operations_runtime;
