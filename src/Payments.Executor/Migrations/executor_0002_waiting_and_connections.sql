-- Unsent operations may wait for their PSP, and each process says how its connections are.

ALTER TABLE operation
    DROP CONSTRAINT operation_state_check,
    ADD CONSTRAINT operation_state_check CHECK (state IN ('sent', 'waiting', 'open', 'settled', 'abandoned')),
    ADD COLUMN not_after timestamptz;

-- The few operations without an end, beside the many that have one: an index over their state would make every update of
-- an operation a write to its indexes.
CREATE TABLE operation_unsettled
(
    operation_id text        NOT NULL PRIMARY KEY,
    payment_id   uuid        NOT NULL,
    order_id     text        NOT NULL,
    kind         text        NOT NULL,
    connection   text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('waiting', 'open')),
    not_after    timestamptz,
    due_at       timestamptz NOT NULL,
    since        timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX operation_unsettled_due ON operation_unsettled (connection, kind, due_at) WHERE state = 'waiting';

CREATE FUNCTION note_unsettled() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS
$$
BEGIN
    IF NEW.state IN ('waiting', 'open') THEN
        INSERT INTO operation_unsettled (operation_id, payment_id, order_id, kind, connection, state, not_after, due_at)
        VALUES (NEW.operation_id, NEW.payment_id, NEW.order_id, NEW.kind, NEW.connection, NEW.state, NEW.not_after,
                now() + interval '2 seconds')
        ON CONFLICT (operation_id) DO UPDATE SET state = EXCLUDED.state, due_at = EXCLUDED.due_at;
    ELSE
        DELETE FROM operation_unsettled WHERE operation_id = NEW.operation_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER unsettled_inserted AFTER INSERT ON operation FOR EACH ROW
    WHEN (NEW.state IN ('waiting', 'open')) EXECUTE FUNCTION note_unsettled();

CREATE TRIGGER unsettled_updated AFTER UPDATE ON operation FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND (OLD.state IN ('waiting', 'open') OR NEW.state IN ('waiting', 'open')))
    EXECUTE FUNCTION note_unsettled();

INSERT INTO operation_unsettled (operation_id, payment_id, order_id, kind, connection, state, due_at)
SELECT operation_id, payment_id, order_id, kind, connection, state, now() FROM operation WHERE state = 'open';

-- One row per connection and process, written every few seconds.
CREATE TABLE psp_connection
(
    connection             text        NOT NULL,
    process                text        NOT NULL,
    adapter                text        NOT NULL,
    breakers               jsonb       NOT NULL,
    in_flight              integer     NOT NULL,
    max_in_flight          integer     NOT NULL,
    max_per_second         integer     NOT NULL,
    max_control_per_second integer     NOT NULL,
    recent                 jsonb       NOT NULL,
    updated_at             timestamptz NOT NULL,
    PRIMARY KEY (connection, process)
);

GRANT SELECT, UPDATE ON operation_unsettled TO executor_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON psp_connection TO executor_runtime;

CREATE VIEW ops_psp_connection_v1 AS
SELECT c.connection, c.process, c.adapter, c.breakers, c.in_flight, c.max_in_flight, c.max_per_second,
       c.max_control_per_second, c.recent, coalesce(u.in_doubt, 0) AS in_doubt, coalesce(u.waiting, 0) AS waiting,
       c.updated_at, c.updated_at < now() - interval '30 seconds' AS stale
FROM psp_connection c
LEFT JOIN (
    SELECT connection, count(*) FILTER (WHERE state = 'open')::integer AS in_doubt,
           count(*) FILTER (WHERE state = 'waiting')::integer AS waiting
    FROM operation_unsettled GROUP BY connection) u USING (connection);

GRANT SELECT ON ops_psp_connection_v1 TO ops_reader;
