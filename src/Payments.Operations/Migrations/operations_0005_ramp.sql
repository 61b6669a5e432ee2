-- A group's letters, frozen as they were looked at, sent on in growing steps: the next one after the outcomes of the last.
CREATE TABLE dead_letter_ramp
(
    ramp_id        uuid             NOT NULL PRIMARY KEY,
    group_id       uuid             NOT NULL REFERENCES dead_letter_group,
    state          text             NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'paused', 'stopped', 'cancelled', 'finished')),
    -- One sentence: why it is not running.
    because        text,
    letters        integer          NOT NULL CHECK (letters > 0),
    -- Verdicts of letters that are sent on; others are left out.
    include        text[]           NOT NULL CHECK (NOT 'dangerous' = ANY (include)),
    max_step       integer          NOT NULL CHECK (max_step > 0),
    -- Null: as fast as it goes.
    max_per_second double precision CHECK (max_per_second > 0),
    -- Of the outcomes known; above it the ramp stops.
    error_share    double precision NOT NULL CHECK (error_share BETWEEN 0 AND 1),
    requested_by   text             NOT NULL,
    reason         text             NOT NULL,
    requested_at   timestamptz      NOT NULL DEFAULT now(),
    -- The step claimed last, and how many letters it was meant to have.
    step           integer          NOT NULL DEFAULT 0,
    step_size      integer          NOT NULL DEFAULT 0,
    stepped_at     timestamptz,
    -- Outcomes are waited for from here on.
    patient_from   timestamptz      NOT NULL DEFAULT now(),
    changed_at     timestamptz      NOT NULL DEFAULT now(),
    CHECK ((state = 'running') = (because IS NULL))
);

CREATE UNIQUE INDEX dead_letter_ramp_active ON dead_letter_ramp (group_id) WHERE state IN ('running', 'paused');
CREATE INDEX dead_letter_ramp_running ON dead_letter_ramp (ramp_id) WHERE state = 'running';

CREATE TABLE dead_letter_ramp_member
(
    ramp_id   uuid    NOT NULL REFERENCES dead_letter_ramp ON DELETE CASCADE,
    letter_id uuid    NOT NULL REFERENCES dead_letter ON DELETE CASCADE,
    -- Its turn has come: it is sent on by a replay, or left out for a reason.
    step      integer,
    replay_id uuid,
    left_out  text,
    PRIMARY KEY (ramp_id, letter_id),
    CHECK (num_nonnulls(replay_id, left_out) = CASE WHEN step IS NULL THEN 0 ELSE 1 END)
);

CREATE INDEX dead_letter_ramp_member_of_letter ON dead_letter_ramp_member (letter_id);
CREATE INDEX dead_letter_ramp_member_waiting ON dead_letter_ramp_member (ramp_id, letter_id) WHERE step IS NULL;

GRANT SELECT, INSERT, UPDATE ON dead_letter_ramp, dead_letter_ramp_member TO operations_runtime;
