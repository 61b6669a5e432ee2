// Drives the sandbox with Stripe's own library, and prints what came of it as one JSON object.
import Stripe from 'stripe';

const [host, port, key] = process.argv.slice(2);
const stripe = new Stripe(key, {
  host, port, protocol: 'http', apiVersion: '2023-08-16', maxNetworkRetries: 0, telemetry: false,
});
const create = (token, more, options) => stripe.paymentIntents.create({
  amount: 1999,
  currency: 'usd',
  confirm: true,
  payment_method: token,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  ...more,
}, options);

const manual = { capture_method: 'manual' };
const held = await create('pm_card_visa', manual, { idempotencyKey: 'judge' });
const replayed = await create('pm_card_visa', manual, { idempotencyKey: 'judge' });
const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1500 });
const refund = await stripe.refunds.create({ payment_intent: held.id, amount: 500 });
const retrieved = await stripe.paymentIntents.retrieve(held.id, { expand: ['latest_charge'] });
const voided = await stripe.paymentIntents.cancel((await create('pm_card_visa', manual)).id);
const declined = await create('pm_card_chargeDeclined').catch((error) => error);

console.log(JSON.stringify({
  held: held.status,
  replayedIsSame: replayed.id === held.id,
  captured: captured.status,
  capturedAmount: captured.amount_received,
  refund: refund.status,
  refundAmount: refund.amount,
  retrieved: retrieved.status,
  refundedAmount: retrieved.latest_charge.amount_refunded,
  voided: voided.status,
  declined: declined.type,
  declineCode: declined.decline_code,
  declineStatus: declined.statusCode,
}));
