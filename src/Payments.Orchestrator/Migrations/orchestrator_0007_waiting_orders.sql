-- Money is at risk only in payments that wait for something; those are few, and an index finds them.
CREATE OR REPLACE VIEW ops_order_v1 AS
SELECT o.payment_id, o.order_id, o.position, o.seller_id, o.amount_minor, o.fee_minor, p.currency, o.status, o.doubt,
       o.connection, o.psp_reference, o.reason, o.debt, o.operation_id,
       CASE WHEN o.status IN ('Recorded', 'Declined', 'NotAttempted', 'Voided', 'Refunded') THEN 0
            ELSE o.amount_minor END AS at_risk_minor,
       o.command_id, o.not_after, o.outcome AS outcomes, p.deadline_at AS waits_until
FROM payment_order o JOIN payment p USING (payment_id);
