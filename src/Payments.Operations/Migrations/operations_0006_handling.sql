-- What operators do about letters and groups besides replaying, and what may be deleted in the end.

-- Who discarded it and why; of one with money what became of that.
ALTER TABLE dead_letter
    ADD COLUMN discarded_by text,
    ADD COLUMN discard_reason text,
    ADD COLUMN money_statement text
        CHECK (money_statement IN ('applied_otherwise', 'compensated', 'not_ours', 'written_off')),
    ADD COLUMN money_reference text,
    ADD CHECK ((state = 'discarded') = (discarded_by IS NOT NULL)),
    ADD CHECK ((discarded_by IS NULL) = (discard_reason IS NULL)),
    ADD CHECK (money_statement IS NULL OR discarded_by IS NOT NULL),
    ADD CHECK (money_reference IS NULL OR money_statement IS NOT NULL),
    ADD CHECK (money_statement <> 'written_off' OR money_reference IS NOT NULL);

CREATE INDEX dead_letter_standing ON dead_letter (group_id, state, outcome);
CREATE INDEX dead_letter_ended ON dead_letter (changed_at, letter_id) WHERE state IN ('resolved', 'discarded');

ALTER TABLE dead_letter_group
    ADD COLUMN assignee    text,
    ADD COLUMN muted_until timestamptz,
    ADD COLUMN mute_reason text,
    -- When a letter came although it was resolved.
    ADD COLUMN reopened_at timestamptz,
    ADD CHECK ((muted_until IS NULL) = (mute_reason IS NULL));

-- What operators wrote to a letter or a group.
CREATE TABLE dead_letter_note
(
    note_id    uuid        NOT NULL PRIMARY KEY,
    letter_id  uuid        REFERENCES dead_letter ON DELETE CASCADE,
    group_id   uuid        REFERENCES dead_letter_group ON DELETE CASCADE,
    text       text        NOT NULL,
    link       text,
    written_by text        NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(letter_id, group_id) = 1)
);

CREATE INDEX dead_letter_note_of_letter ON dead_letter_note (letter_id) WHERE letter_id IS NOT NULL;
CREATE INDEX dead_letter_note_of_group ON dead_letter_note (group_id) WHERE group_id IS NOT NULL;

-- A letter's content as an operator would have it. Its replay sends this body instead of the letter's.
CREATE TABLE dead_letter_edit
(
    edit_id       uuid        NOT NULL PRIMARY KEY,
    letter_id     uuid        NOT NULL REFERENCES dead_letter ON DELETE CASCADE,
    body          bytea       NOT NULL,
    -- Path, before and after of every value that differs, tokens masked.
    diff          jsonb       NOT NULL,
    changes_money boolean     NOT NULL,
    edited_by     text        NOT NULL,
    reason        text        NOT NULL,
    edited_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (letter_id, edit_id)
);

ALTER TABLE dead_letter_replay
    DROP CONSTRAINT dead_letter_replay_letter_id_fkey,
    ADD FOREIGN KEY (letter_id) REFERENCES dead_letter ON DELETE CASCADE,
    ADD FOREIGN KEY (letter_id, edit_id) REFERENCES dead_letter_edit (letter_id, edit_id) ON DELETE CASCADE;

CREATE INDEX dead_letter_replay_of_edit ON dead_letter_replay (edit_id) WHERE edit_id IS NOT NULL;

-- A group takes its ramps with it.
ALTER TABLE dead_letter_ramp
    DROP CONSTRAINT dead_letter_ramp_group_id_fkey,
    ADD FOREIGN KEY (group_id) REFERENCES dead_letter_group ON DELETE CASCADE;

ALTER TABLE dead_letter_part
    DROP CONSTRAINT dead_letter_part_letter_id_fkey,
    ADD FOREIGN KEY (letter_id) REFERENCES dead_letter ON DELETE CASCADE;

-- A letter goes out with one content only. Claimed as an edit once, it is that edit in every later replay, whoever inserts
-- it; where the original may have gone out, no edit follows it.
CREATE FUNCTION dead_letter_replay_content() RETURNS trigger LANGUAGE plpgsql AS
$$
DECLARE
    earlier record;
BEGIN
    IF NEW.state IN ('settled', 'withdrawn') THEN
        RETURN NEW;
    END IF;
    SELECT r.replay_id, r.edit_id INTO earlier
    FROM dead_letter_replay r
    WHERE r.letter_id = NEW.letter_id AND r.replay_id <> NEW.replay_id
        AND (r.state IN ('claimed', 'published')
            OR (r.state = 'settled' AND (r.edit_id IS NOT NULL OR r.outcome <> 'not_sent')))
    ORDER BY r.replay_id DESC
    LIMIT 1;
    IF earlier.replay_id IS NOT NULL THEN
        IF TG_OP = 'INSERT' AND NEW.edit_id IS NULL THEN
            NEW.edit_id := earlier.edit_id;
        END IF;
        IF NEW.edit_id IS DISTINCT FROM earlier.edit_id THEN
            RAISE EXCEPTION 'Letter % has been sent on with another content by replay %.', NEW.letter_id, earlier.replay_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'dead_letter_replay_content';
        END IF;
    END IF;
    IF NEW.edit_id IS NULL AND EXISTS (
        SELECT FROM dead_letter l WHERE l.letter_id = NEW.letter_id AND l.card_numbers > 0) THEN
        RAISE EXCEPTION 'Letter % had card numbers: it can only be sent on edited.', NEW.letter_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dead_letter_replay_content';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER dead_letter_replay_content BEFORE INSERT OR UPDATE OF state, edit_id ON dead_letter_replay
    FOR EACH ROW EXECUTE FUNCTION dead_letter_replay_content();

-- Only what is done with is deleted, whoever deletes.
CREATE FUNCTION dead_letter_ended_only() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF OLD.state NOT IN ('resolved', 'discarded') THEN
        RAISE EXCEPTION 'Letter % is %: only resolved and discarded letters are deleted.', OLD.letter_id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dead_letter_ended_only';
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER dead_letter_ended_only BEFORE DELETE ON dead_letter
    FOR EACH ROW EXECUTE FUNCTION dead_letter_ended_only();

CREATE OR REPLACE VIEW ops_dead_letter_group_v1 AS
SELECT group_id, endpoint, reason, message_type, exception_type, frame, letters, first_seen, last_seen,
       assignee, muted_until, mute_reason, reopened_at,
       CASE
           WHEN NOT EXISTS (
               SELECT FROM dead_letter l WHERE l.group_id = g.group_id AND l.state IN ('open', 'replaying')) THEN 'resolved'
           WHEN muted_until > now() THEN 'muted'
           ELSE 'open'
       END AS state
FROM dead_letter_group g;

CREATE VIEW ops_dead_letter_discard_v1 AS
SELECT letter_id, discarded_by, changed_at AS discarded_at, discard_reason AS reason, money_statement, money_reference
FROM dead_letter
WHERE state = 'discarded';

CREATE VIEW ops_dead_letter_note_v1 AS
SELECT note_id, letter_id, group_id, text, link, written_by, written_at
FROM dead_letter_note;

CREATE VIEW ops_dead_letter_edit_v1 AS
SELECT e.edit_id, e.letter_id, e.diff, e.changes_money, e.edited_by, e.reason, e.edited_at, r.replay_id,
       r.state AS replay_state
FROM dead_letter_edit e
LEFT JOIN LATERAL (
    SELECT replay_id, state FROM dead_letter_replay WHERE edit_id = e.edit_id ORDER BY replay_id DESC LIMIT 1) r ON true;

GRANT SELECT ON ops_dead_letter_discard_v1, ops_dead_letter_note_v1, ops_dead_letter_edit_v1 TO ops_reader;
GRANT UPDATE (discarded_by, discard_reason, money_statement, money_reference) ON dead_letter TO operations_runtime;
GRANT DELETE ON dead_letter, dead_letter_group TO operations_runtime;
GRANT SELECT, INSERT ON dead_letter_note, dead_letter_edit TO operations_runtime;
