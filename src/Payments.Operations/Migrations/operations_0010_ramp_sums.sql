-- What became of a ramp's letters stays when retention deletes them: members go with their ramp, and not with their letters.
-- No letter is locked when a ramp begins, either.
ALTER TABLE dead_letter_ramp_member
    DROP CONSTRAINT dead_letter_ramp_member_letter_id_fkey,
    -- Of its replay: the outcome, or that it was withdrawn.
    ADD COLUMN outcome text
        CHECK (outcome IN ('succeeded', 'no_op', 'failed_again', 'superseded', 'not_sent', 'uncertain', 'withdrawn')),
    ADD COLUMN settled_at timestamptz,
    ADD CHECK (outcome IS NULL OR replay_id IS NOT NULL);

UPDATE dead_letter_ramp_member m
SET outcome = coalesce(r.outcome, r.state), settled_at = r.settled_at
FROM dead_letter_replay r
WHERE r.replay_id = m.replay_id AND r.state IN ('settled', 'withdrawn');

-- Outcomes of the steps before the last one, so that a look counts no more than that one.
ALTER TABLE dead_letter_ramp
    ADD COLUMN good integer NOT NULL DEFAULT 0,
    ADD COLUMN failed integer NOT NULL DEFAULT 0;

UPDATE dead_letter_ramp p
SET good = earlier.good, failed = earlier.failed
FROM (
    SELECT ramp_id,
           count(*) FILTER (WHERE m.outcome IN ('succeeded', 'no_op', 'superseded')) AS good,
           count(*) FILTER (WHERE m.outcome IN ('failed_again', 'not_sent', 'uncertain')) AS failed
    FROM dead_letter_ramp_member m JOIN dead_letter_ramp r USING (ramp_id)
    WHERE m.step < r.step
    GROUP BY ramp_id) earlier
WHERE p.ramp_id = earlier.ramp_id;

DROP INDEX dead_letter_ramp_member_of_letter;
CREATE INDEX dead_letter_ramp_member_of_step ON dead_letter_ramp_member (ramp_id, step) WHERE replay_id IS NOT NULL;
CREATE INDEX dead_letter_ramp_member_failed_again ON dead_letter_ramp_member (ramp_id) WHERE outcome = 'failed_again';

CREATE FUNCTION dead_letter_ramp_member_outcome() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    UPDATE dead_letter_ramp_member
    SET outcome = coalesce(NEW.outcome, NEW.state), settled_at = NEW.settled_at
    WHERE ramp_id = NEW.ramp_id AND letter_id = NEW.letter_id AND replay_id = NEW.replay_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER dead_letter_ramp_member_outcome AFTER UPDATE OF state, outcome ON dead_letter_replay
    FOR EACH ROW WHEN (NEW.ramp_id IS NOT NULL AND NEW.state IN ('settled', 'withdrawn'))
    EXECUTE FUNCTION dead_letter_ramp_member_outcome();
