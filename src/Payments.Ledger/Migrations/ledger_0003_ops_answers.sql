-- What was answered to each command.

CREATE VIEW ops_operation_v1 AS
SELECT operation_id, payment_id, kind, recorded_at, answer
FROM operation;

GRANT SELECT ON ops_operation_v1 TO ops_reader;
