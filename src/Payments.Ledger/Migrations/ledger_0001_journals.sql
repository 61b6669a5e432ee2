-- How it all came about: double entry, append-only.

CREATE FUNCTION refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: the table is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;

-- Every command that was carried out, with the essentials of its answer; kept for ever.
CREATE TABLE operation
(
    operation_id  text        NOT NULL PRIMARY KEY,
    payment_id    uuid        NOT NULL,
    kind          text        NOT NULL,
    -- SHA-256 of what was asked.
    request       bytea       NOT NULL,
    answer        jsonb       NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX operation_of_payment ON operation (payment_id);

-- One business event of one order. It says how many postings it has, so that none can be added later.
CREATE TABLE journal
(
    journal_id     uuid        NOT NULL PRIMARY KEY,
    payment_id     uuid        NOT NULL,
    order_id       text        NOT NULL,
    operation_id   text        NOT NULL REFERENCES operation,
    kind           text        NOT NULL,
    posting_count  smallint    NOT NULL CHECK (posting_count >= 2),
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (operation_id, order_id)
);
CREATE INDEX journal_of_payment ON journal (payment_id);

-- Minor units on one side of one account. Journal ids are ULIDs, so an account's statement is read in order of time
-- from the index alone, and so are the sums of its balance: no row is updated per posting.
CREATE TABLE posting
(
    journal_id    uuid     NOT NULL REFERENCES journal,
    ordinal       smallint NOT NULL CHECK (ordinal >= 1),
    account       text     NOT NULL CHECK (account <> ''),
    currency      text     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    debit_minor   bigint   NOT NULL,
    credit_minor  bigint   NOT NULL,
    PRIMARY KEY (journal_id, ordinal),
    CHECK ((debit_minor > 0 AND credit_minor = 0) OR (debit_minor = 0 AND credit_minor > 0))
);
CREATE INDEX posting_of_account ON posting (account, currency, journal_id) INCLUDE (debit_minor, credit_minor);

-- Accounts that take no postings for now; set by the owner. Currency null: in every currency.
CREATE TABLE blocked_account
(
    account     text        NOT NULL CHECK (account <> ''),
    currency    text        CHECK (currency ~ '^[A-Z]{3}$'),
    reason      text        NOT NULL CHECK (reason <> ''),
    blocked_by  text        NOT NULL DEFAULT session_user,
    blocked_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (account, currency)
);

-- Looked at when the transaction commits. As it knows the tables of its own schema only, no search path of a session
-- can show it others.
CREATE FUNCTION refuse_unbalanced_journal() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT AS
$$
DECLARE
    promised integer;
    found    integer;
    skewed   text;
BEGIN
    SELECT posting_count INTO promised FROM journal WHERE journal_id = NEW.journal_id;
    SELECT coalesce(sum(t.postings), 0), string_agg(t.currency, ', ') FILTER (WHERE t.debit <> t.credit)
    INTO found, skewed
    FROM (
        SELECT currency, count(*) AS postings, sum(debit_minor) AS debit, sum(credit_minor) AS credit
        FROM posting
        WHERE journal_id = NEW.journal_id
        GROUP BY currency
    ) AS t;
    IF found <> promised THEN
        RAISE EXCEPTION 'Journal % has % postings instead of %', NEW.journal_id, found, promised
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_is_whole', TABLE = TG_TABLE_NAME;
    END IF;
    IF skewed IS NOT NULL THEN
        RAISE EXCEPTION 'Journal % does not balance in %', NEW.journal_id, skewed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balances', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_journal();
CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_journal();
ALTER TABLE journal ENABLE ALWAYS TRIGGER balances;
ALTER TABLE posting ENABLE ALWAYS TRIGGER balances;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operation EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON posting EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE operation ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE journal ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE posting ENABLE ALWAYS TRIGGER append_only;

GRANT SELECT, INSERT ON operation, journal, posting TO ledger_runtime;
GRANT SELECT ON blocked_account TO ledger_runtime;

CREATE VIEW ops_journal_v1 AS
SELECT journal_id, payment_id, order_id, operation_id, kind, recorded_at
FROM journal;

CREATE VIEW ops_posting_v1 AS
SELECT journal_id, j.payment_id, j.order_id, p.account, p.currency, p.debit_minor, p.credit_minor
FROM posting p JOIN journal j USING (journal_id);

CREATE VIEW ops_balance_v1 AS
SELECT account, currency, sum(debit_minor)::bigint AS debit_minor, sum(credit_minor)::bigint AS credit_minor
FROM posting
GROUP BY account, currency;

-- Always empty. Looks at what is there, not at what the triggers let through.
CREATE VIEW ops_unbalanced_v1 AS
SELECT j.journal_id, p.currency,
       coalesce(sum(p.debit_minor), 0)::bigint AS debit_minor,
       coalesce(sum(p.credit_minor), 0)::bigint AS credit_minor
FROM journal j LEFT JOIN posting p USING (journal_id)
GROUP BY j.journal_id, p.currency
HAVING count(p.journal_id) = 0 OR sum(p.debit_minor) <> sum(p.credit_minor);

GRANT SELECT ON ops_journal_v1, ops_posting_v1, ops_balance_v1, ops_unbalanced_v1 TO ops_reader;
