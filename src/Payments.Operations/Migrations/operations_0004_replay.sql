-- What is done with letters, and what became of it. Their content never changes; only these columns may be updated.
ALTER TABLE dead_letter
    DROP CONSTRAINT dead_letter_state_check,
    ADD CONSTRAINT dead_letter_state_check CHECK (state IN ('open', 'replaying', 'resolved', 'discarded')),
    DROP CONSTRAINT dead_letter_reason_check,
    -- unreadable: nothing is derived from it, since that could not be done, or not be stored.
    ADD CONSTRAINT dead_letter_reason_check
        CHECK (reason IN ('fault', 'skipped', 'delivery_limit', 'unrouted', 'unreadable')),
    -- Of the replay that ended it.
    ADD COLUMN outcome text CHECK (outcome IN ('succeeded', 'no_op', 'failed_again', 'superseded')),
    -- Since when it is in this state.
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
    -- The letter whose replay came back as this one, and the one that this one's replay came back as.
    ADD COLUMN predecessor_id uuid,
    ADD COLUMN successor_id uuid,
    ADD CHECK ((state = 'resolved') = (outcome IS NOT NULL)),
    ADD CHECK ((successor_id IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'failed_again'));

-- With what money at risk is added up from: a letter's row has a page almost to itself.
CREATE INDEX dead_letter_unresolved ON dead_letter (group_id, letter_id) INCLUDE (payment_id, order_ids, amount_minor, currency)
    WHERE state IN ('open', 'replaying');

-- One try to send a letter on: claimed by an operator, published by a process, settled by what became of it.
CREATE TABLE dead_letter_replay
(
    replay_id       uuid        NOT NULL PRIMARY KEY,
    letter_id       uuid        NOT NULL REFERENCES dead_letter,
    state           text        NOT NULL
        CHECK (state IN ('awaiting_approval', 'claimed', 'published', 'settled', 'withdrawn')),
    -- A queue, or the exchange that an unrouted letter was published to.
    destination     text        NOT NULL,
    to_exchange     boolean     NOT NULL,
    -- Where the inbox or a business id makes a second copy harmless, it is published again when a process dies over it.
    repeatable      boolean     NOT NULL,
    verdict         text        NOT NULL CHECK (verdict IN ('safe', 'no_op', 'stale', 'dangerous', 'unknown')),
    -- The verdict whole, as it was when it was claimed.
    judged          jsonb       NOT NULL,
    forced          boolean     NOT NULL,
    requested_by    text        NOT NULL,
    reason          text        NOT NULL,
    requested_at    timestamptz NOT NULL DEFAULT now(),
    approved_by     text,
    approved_at     timestamptz,
    -- A process publishes it until then; afterwards another one does.
    leased_until    timestamptz NOT NULL DEFAULT '-infinity',
    -- Just before the first try: whatever it brought about is later than this.
    published_at    timestamptz,
    settled_at      timestamptz,
    -- not_sent: no queue took it. uncertain: a process died over it, and a second copy might do harm.
    outcome         text
        CHECK (outcome IN ('succeeded', 'no_op', 'failed_again', 'superseded', 'not_sent', 'uncertain')),
    -- One sentence that says what the outcome was learnt from.
    outcome_because text,
    -- The body that goes out in place of the letter's own.
    edit_id         uuid,
    -- The ramp that claimed it.
    ramp_id         uuid,
    CHECK ((state = 'settled') = (outcome IS NOT NULL)),
    CHECK (approved_by <> requested_by)
);

CREATE UNIQUE INDEX dead_letter_replay_under_way ON dead_letter_replay (letter_id)
    WHERE state IN ('awaiting_approval', 'claimed', 'published');
CREATE INDEX dead_letter_replay_of_letter ON dead_letter_replay (letter_id, replay_id);
CREATE INDEX dead_letter_replay_claimed ON dead_letter_replay (replay_id) WHERE state = 'claimed';
CREATE INDEX dead_letter_replay_published ON dead_letter_replay (replay_id) WHERE state = 'published';

CREATE OR REPLACE VIEW ops_dead_letter_v1 AS
SELECT letter_id, group_id, state, queue, endpoint, reason, failed_at, collected_at, message_id, message_type,
       content_type, payment_id, order_ids, seller_ids, merchant_id, operation_id, amount_minor, currency,
       exception_type, exception_message, exceptions, stack_trace, consumer, host, retries,
       body_bytes, body_sha256, body_kind, card_numbers, search,
       outcome, changed_at, predecessor_id, successor_id
FROM dead_letter;

CREATE VIEW ops_dead_letter_replay_v1 AS
SELECT replay_id, letter_id, state, destination, to_exchange, verdict, judged, forced, requested_by, reason, requested_at,
       approved_by, approved_at, published_at, settled_at, outcome, outcome_because, edit_id, ramp_id
FROM dead_letter_replay;

GRANT SELECT ON ops_dead_letter_replay_v1 TO ops_reader;
GRANT UPDATE (state, outcome, changed_at, predecessor_id, successor_id) ON dead_letter TO operations_runtime;
GRANT SELECT, INSERT, UPDATE ON dead_letter_replay TO operations_runtime;
