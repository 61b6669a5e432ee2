-- Letters alike: same endpoint, reason, message type, exception type and place in the code. The id is a hash of these.
CREATE TABLE dead_letter_group
(
    group_id       uuid        NOT NULL PRIMARY KEY,
    endpoint       text        NOT NULL,
    reason         text        NOT NULL,
    message_type   text,
    exception_type text,
    frame          text,
    letters        bigint      NOT NULL CHECK (letters > 0),
    first_seen     timestamptz NOT NULL,
    last_seen      timestamptz NOT NULL
);

CREATE INDEX dead_letter_group_last ON dead_letter_group (last_seen DESC, group_id DESC);

-- A message that ended in a queue of the broker that only failures reach. Headers and body are what was delivered, byte
-- by byte, card numbers masked; the rest is derived from them and can be derived again.
CREATE TABLE dead_letter
(
    letter_id         uuid        NOT NULL PRIMARY KEY,
    -- SHA-256 of everything that does not change when the broker delivers it again.
    identity          bytea       NOT NULL CHECK (octet_length(identity) = 32),
    -- Messages without any mark of their own may be equal: the second one has occurrence 1.
    occurrence        integer     NOT NULL CHECK (occurrence >= 0),
    group_id          uuid        NOT NULL REFERENCES dead_letter_group,
    state             text        NOT NULL DEFAULT 'open' CHECK (state IN ('open')),
    queue             text        NOT NULL,
    endpoint          text        NOT NULL,
    reason            text        NOT NULL CHECK (reason IN ('fault', 'skipped', 'delivery_limit', 'unrouted')),
    failed_at         timestamptz NOT NULL,
    collected_at      timestamptz NOT NULL DEFAULT now(),
    message_id        text,
    message_type      text,
    content_type      text,
    payment_id        uuid,
    order_ids         text[]      NOT NULL,
    seller_ids        text[]      NOT NULL,
    merchant_id       text,
    operation_id      text,
    amount_minor      bigint,
    currency          text,
    exception_type    text,
    exception_message text,
    exceptions        jsonb       NOT NULL,
    stack_trace       text,
    consumer          text,
    host              text,
    retries           integer,
    headers           bytea       NOT NULL,
    -- Null when it is in dead_letter_part.
    body              bytea,
    body_bytes        bigint      NOT NULL CHECK (body_bytes >= 0),
    -- Of the body as it was delivered.
    body_sha256       bytea       NOT NULL CHECK (octet_length(body_sha256) = 32),
    body_kind         text        NOT NULL CHECK (body_kind IN ('json', 'text', 'binary', 'empty')),
    -- How many were masked. Above 0 the letter is not what was delivered, and can only be sent on edited.
    card_numbers      integer     NOT NULL CHECK (card_numbers >= 0),
    search            tsvector    NOT NULL,
    UNIQUE (identity, occurrence)
);

CREATE INDEX dead_letter_failed ON dead_letter (failed_at DESC, letter_id DESC);
CREATE INDEX dead_letter_by_group ON dead_letter (group_id, failed_at DESC, letter_id DESC);
CREATE INDEX dead_letter_by_payment ON dead_letter (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX dead_letter_orders ON dead_letter USING gin (order_ids);
CREATE INDEX dead_letter_sellers ON dead_letter USING gin (seller_ids);
CREATE INDEX dead_letter_search ON dead_letter USING gin (search);

-- A large body in pieces, in order.
CREATE TABLE dead_letter_part
(
    letter_id uuid    NOT NULL REFERENCES dead_letter,
    position  integer NOT NULL CHECK (position >= 0),
    bytes     bytea   NOT NULL,
    PRIMARY KEY (letter_id, position)
);

CREATE VIEW ops_dead_letter_group_v1 AS
SELECT group_id, endpoint, reason, message_type, exception_type, frame, letters, first_seen, last_seen
FROM dead_letter_group;

CREATE VIEW ops_dead_letter_v1 AS
SELECT letter_id, group_id, state, queue, endpoint, reason, failed_at, collected_at, message_id, message_type,
       content_type, payment_id, order_ids, seller_ids, merchant_id, operation_id, amount_minor, currency,
       exception_type, exception_message, exceptions, stack_trace, consumer, host, retries,
       body_bytes, body_sha256, body_kind, card_numbers, search
FROM dead_letter;

-- Of a large body the first piece: operators look, they do not download.
CREATE VIEW ops_dead_letter_content_v1 AS
SELECT l.letter_id, l.headers, coalesce(l.body, p.bytes) AS body
FROM dead_letter l LEFT JOIN dead_letter_part p ON p.letter_id = l.letter_id AND p.position = 0;

GRANT SELECT ON ops_dead_letter_group_v1, ops_dead_letter_v1, ops_dead_letter_content_v1 TO ops_reader;
GRANT SELECT, INSERT, UPDATE ON dead_letter_group TO operations_runtime;
GRANT SELECT, INSERT ON dead_letter, dead_letter_part TO operations_runtime;
