-- That the orchestrator knew the payment when the letter was collected; it never forgets one. False says nothing: the
-- payment may have been accepted since.
ALTER TABLE dead_letter ADD COLUMN payment_known boolean NOT NULL DEFAULT false;

-- The few whose money at risk may be what the message asks for.
CREATE INDEX dead_letter_perhaps_unknown ON dead_letter (group_id) INCLUDE (letter_id, payment_id, amount_minor, currency)
    WHERE state IN ('open', 'replaying') AND NOT payment_known AND amount_minor IS NOT NULL;

CREATE OR REPLACE VIEW ops_dead_letter_v1 AS
SELECT letter_id, group_id, state, queue, endpoint, reason, failed_at, collected_at, message_id, message_type,
       content_type, payment_id, order_ids, seller_ids, merchant_id, operation_id, amount_minor, currency,
       exception_type, exception_message, exceptions, stack_trace, consumer, host, retries,
       body_bytes, body_sha256, body_kind, card_numbers, search,
       outcome, changed_at, predecessor_id, successor_id, payment_known
FROM dead_letter;
