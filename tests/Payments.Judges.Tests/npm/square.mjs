// Drives the sandbox with Square's own library, and prints what came of it as one JSON object.
import { SquareClient } from 'square';

const [host, port, token] = process.argv.slice(2);
const square = new SquareClient({ token, baseUrl: `http://${host}:${port}`, maxRetries: 0 });
const create = async (sourceId, idempotencyKey, autocomplete) => (await square.payments.create({
  sourceId,
  idempotencyKey,
  autocomplete,
  amountMoney: { amount: BigInt(1999), currency: 'USD' },
  referenceId: idempotencyKey,
})).payment;

const held = await create('cnon:card-nonce-ok', 'judge-1', false);
const replayed = await create('cnon:card-nonce-ok', 'judge-1', false);
await square.payments.update({
  paymentId: held.id,
  idempotencyKey: 'judge-2',
  payment: { amountMoney: { amount: BigInt(1500), currency: 'USD' } },
});
const { payment: captured } = await square.payments.complete({ paymentId: held.id });
const { refund } = await square.refunds.refundPayment({
  idempotencyKey: 'judge-3',
  paymentId: held.id,
  amountMoney: { amount: BigInt(500), currency: 'USD' },
});
const { payment: retrieved } = await square.payments.get({ paymentId: held.id });
const { payment: voided } = await square.payments.cancel({
  paymentId: (await create('cnon:card-nonce-ok', 'judge-4', false)).id,
});
await create('cnon:card-nonce-ok', 'judge-5', false);
await square.payments.cancelByIdempotencyKey({ idempotencyKey: 'judge-5' });
const listed = {};
for await (const payment of await square.payments.list({ sortOrder: 'ASC' })) {
  listed[payment.referenceId] = payment.status;
}
const declined = await create('cnon:card-nonce-declined', 'judge-6', true).catch((error) => error);

console.log(JSON.stringify({
  held: held.status,
  replayedIsSame: replayed.id === held.id,
  captured: captured.status,
  capturedAmount: Number(captured.amountMoney.amount),
  refund: refund.status,
  refundAmount: Number(refund.amountMoney.amount),
  retrieved: retrieved.status,
  refundedAmount: Number(retrieved.refundedMoney.amount),
  voided: voided.status,
  voidedByKey: listed['judge-5'],
  declined: declined.errors[0].category,
  declineCode: declined.errors[0].code,
  declineStatus: declined.statusCode,
}));
