-- What a payment waits for now, by the ids of operations and messages, and which requests were taken in: by these a message
-- that failed is judged.

CREATE OR REPLACE VIEW ops_payment_v1 AS
SELECT payment_id, merchant_id, merchant_reference, idempotency_key, state, amount_minor, currency,
       fulfilment_policy, coalesce(park_reason, reason) AS reason, waits_for, deadline_at AS waits_until, resume_state, at_risk_minor, errors,
       version, accepted_at, updated_at, step_operation_id, step_message_id, deadline_epoch, state_since
FROM payment;

CREATE OR REPLACE VIEW ops_order_v1 AS
SELECT o.payment_id, o.order_id, o.position, o.seller_id, o.amount_minor, o.fee_minor, p.currency, o.status, o.doubt,
       o.connection, o.psp_reference, o.reason, o.debt, o.operation_id,
       CASE WHEN o.status IN ('Recorded', 'Declined', 'NotAttempted', 'Voided', 'Refunded') THEN 0
            ELSE o.amount_minor END AS at_risk_minor,
       o.command_id, o.not_after, o.outcome AS outcomes
FROM payment_order o JOIN payment p USING (payment_id);

CREATE OR REPLACE VIEW ops_alias_v1 AS
SELECT payment_id, original_payment_id, merchant_id, received_at
FROM payment_alias;

CREATE VIEW ops_intake_v1 AS
SELECT payment_id, merchant_id, idempotency_key, start_message_id, accepted_at
FROM intake;

CREATE VIEW ops_intake_rejection_v1 AS
SELECT payment_id, merchant_id, reject_message_id, received_at
FROM intake_rejection;

GRANT SELECT ON ops_intake_v1, ops_intake_rejection_v1 TO ops_reader;
