-- What sellers have with us now, and every change that led there.

CREATE FUNCTION refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: the table is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;

-- What a seller's wallet may take. No row: every currency, not closed.
CREATE TABLE seller
(
    seller_id   text        NOT NULL PRIMARY KEY,
    closed      boolean     NOT NULL,
    -- Null: every currency.
    currencies  text[],
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- Every command that was carried out, with the essentials of its answer; kept for ever. A tombstone is a credit whose
-- undo came first: it has neither request nor answer, and is never carried out.
CREATE TABLE operation
(
    operation_id  text        NOT NULL PRIMARY KEY,
    payment_id    uuid        NOT NULL,
    kind          text        NOT NULL,
    tombstone     boolean     NOT NULL GENERATED ALWAYS AS (request IS NULL) STORED,
    -- SHA-256 of what was asked.
    request       bytea,
    answer        jsonb,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((request IS NULL) = (answer IS NULL)),
    CHECK (request IS NOT NULL OR kind = 'credit')
);
CREATE INDEX operation_of_payment ON operation (payment_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operation EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE operation ENABLE ALWAYS TRIGGER append_only;

-- Balances in minor units. What a seller owes is a receivable, never a negative balance.
CREATE TABLE account
(
    owner_id         text        NOT NULL,
    currency         text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    pending_minor    bigint      NOT NULL CHECK (pending_minor >= 0),
    available_minor  bigint      NOT NULL CHECK (available_minor >= 0),
    held_minor       bigint      NOT NULL CHECK (held_minor >= 0),
    opened_at        timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, currency)
) WITH (fillfactor = 50); -- Room for the next version of a busy row on its own page.

-- One order's credit. Its money is in the account's pending until it is released to available. No foreign key to the
-- account: each credit would lock a busy account's row a second time for nothing, as both are written together.
CREATE TABLE lot
(
    payment_id      uuid        NOT NULL,
    order_id        text        NOT NULL,
    operation_id    text        NOT NULL REFERENCES operation,
    owner_id        text        NOT NULL,
    currency        text        NOT NULL,
    credited_minor  bigint      NOT NULL CHECK (credited_minor >= 0),
    -- Moved on to available.
    released_minor  bigint      NOT NULL DEFAULT 0 CHECK (released_minor >= 0),
    -- Taken back from this lot's own pending money.
    taken_minor     bigint      NOT NULL DEFAULT 0 CHECK (taken_minor >= 0),
    -- Taken back in all: from the lot, from available, or as a receivable.
    reversed_minor  bigint      NOT NULL DEFAULT 0,
    remaining_minor bigint      NOT NULL GENERATED ALWAYS AS (credited_minor - released_minor - taken_minor) STORED
        CHECK (remaining_minor >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment_id, order_id),
    CHECK (reversed_minor BETWEEN taken_minor AND credited_minor)
) WITH (fillfactor = 80);
CREATE INDEX lot_of_operation ON lot (operation_id);
CREATE INDEX lot_of_account ON lot (owner_id, currency) WHERE remaining_minor > 0;

-- What a seller owes because a reversal found too little.
CREATE TABLE receivable
(
    owner_id    text        NOT NULL,
    currency    text        NOT NULL,
    owed_minor  bigint      NOT NULL CHECK (owed_minor >= 0),
    opened_at   timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, currency)
);

-- Every change of an account or receivable: the deltas of a bucket add up to its balance.
CREATE TABLE entry
(
    entry_id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id         text        NOT NULL,
    currency         text        NOT NULL,
    operation_id     text        NOT NULL,
    payment_id       uuid        NOT NULL,
    order_id         text        NOT NULL,
    kind             text        NOT NULL,
    pending_minor    bigint      NOT NULL,
    available_minor  bigint      NOT NULL,
    held_minor       bigint      NOT NULL,
    owed_minor       bigint      NOT NULL,
    recorded_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX entry_of_account ON entry (owner_id, currency, entry_id);
CREATE INDEX entry_of_payment ON entry (payment_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE entry ENABLE ALWAYS TRIGGER append_only;

GRANT SELECT, INSERT ON operation, entry, account, lot, receivable, seller TO wallets_runtime;
GRANT UPDATE (pending_minor, available_minor, held_minor, updated_at) ON account TO wallets_runtime;
GRANT UPDATE (released_minor, taken_minor, reversed_minor) ON lot TO wallets_runtime;
GRANT UPDATE (owed_minor, updated_at) ON receivable TO wallets_runtime;
GRANT UPDATE (closed, currencies, updated_at) ON seller TO wallets_runtime;

CREATE VIEW ops_account_v1 AS
SELECT a.owner_id, a.currency, a.pending_minor, a.available_minor, a.held_minor,
       coalesce(s.closed, false) AS closed, a.updated_at
FROM account a LEFT JOIN seller s ON s.seller_id = a.owner_id;

CREATE VIEW ops_lot_v1 AS
SELECT payment_id, order_id, owner_id, currency, credited_minor, remaining_minor, reversed_minor, created_at
FROM lot;

CREATE VIEW ops_receivable_v1 AS
SELECT owner_id, currency, owed_minor
FROM receivable;

CREATE VIEW ops_entry_v1 AS
SELECT entry_id, owner_id, currency, operation_id, payment_id, order_id, kind,
       pending_minor, available_minor, held_minor, owed_minor, recorded_at
FROM entry;

CREATE VIEW ops_operation_v1 AS
SELECT operation_id, payment_id, kind, tombstone, recorded_at
FROM operation;

GRANT SELECT ON ops_account_v1, ops_lot_v1, ops_receivable_v1, ops_entry_v1, ops_operation_v1 TO ops_reader;
