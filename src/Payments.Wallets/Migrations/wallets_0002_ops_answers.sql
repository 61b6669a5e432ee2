-- What was answered to each command, and what each seller's wallet may take.

CREATE OR REPLACE VIEW ops_operation_v1 AS
SELECT operation_id, payment_id, kind, tombstone, recorded_at, answer
FROM operation;

CREATE VIEW ops_seller_v1 AS
SELECT seller_id, closed, currencies, updated_at
FROM seller;

GRANT SELECT ON ops_seller_v1 TO ops_reader;
