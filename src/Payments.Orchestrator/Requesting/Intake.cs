using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Turns a request into what it causes. The intake tables, not the inbox, make a repetition harmless: each delivery of
/// a foreign message gets an id of its own, so what was decided once is looked up there and said again.
/// </summary>
internal sealed class Intake(TokenCipher cipher, InboxOptions inbox, TimeProvider time)
{
    private static readonly FieldError KeyReused = new(
        "idempotencyKey", Rules.IdempotencyKeyReused, "The merchant used this key for another request.");

    private static readonly FieldError IdReused = new(
        "paymentId", Rules.PaymentIdReused, "The payment id is known for another request; take a new one.");

    public Decision<IntakeKey, IntakeRows> Decide(RequestReading reading)
    {
        var gateKey = reading.PaymentId ?? Ulid.NewUlid();
        // A broken request decides nothing about its key.
        var key = reading is ValidRequest
            ? new IntakeKey(reading.MerchantId, reading.IdempotencyKey, reading.PaymentId)
            : new IntakeKey(null, null, reading.PaymentId);
        return new Decision<IntakeKey, IntakeRows>(
            gateKey, key, rows => Carry(IntakeJudge.Judge(reading, rows), reading, rows, new Effects(gateKey)));
    }

    private Effects Carry(IntakeVerdict verdict, RequestReading reading, IntakeRows rows, Effects effects) =>
        verdict switch
        {
            IntakeVerdict.Start => Start((ValidRequest)reading, effects),
            IntakeVerdict.StartAgain => SendStart(rows.Payment!.Request, Repeat(rows.Payment.StartMessageId), effects),
            IntakeVerdict.Alias => PublishAlias(reading, rows.KeyOwner!, effects)
                .Write(new AddAlias(reading.PaymentId!.Value, rows.KeyOwner!.PaymentId, reading.MerchantId!)),
            IntakeVerdict.AliasAgain => PublishAlias(reading, rows.KeyOwner!, effects),
            IntakeVerdict.Reject => Reject(reading, effects),
            IntakeVerdict.RejectAgain => SendReject(reading, Repeat(rows.Rejection!.RejectMessageId), effects),
            IntakeVerdict.RejectNameless => PublishRejected(reading, effects),
            IntakeVerdict.Refuse => Refuse(reading, rows, effects),
        };

    private Effects Start(ValidRequest reading, Effects effects)
    {
        var request = Encrypt(reading.Request);
        var startMessageId = Ulid.NewUlid();
        effects.Write(new AddPayment(
            request.PaymentId,
            request.MerchantId,
            request.IdempotencyKey,
            reading.Hash,
            startMessageId,
            RequestDocument.Write(request, reading.Extras)));
        return SendStart(request, startMessageId, effects);
    }

    private static Effects SendStart(PaymentRequested request, Ulid messageId, Effects effects) =>
        effects.Send(
            new StartPayment { PaymentId = request.PaymentId, Request = request }, Routes.PaymentSaga, messageId);

    private static Effects PublishAlias(RequestReading reading, KeyOwner owner, Effects effects) =>
        effects.Publish(new PaymentDeduplicated
        {
            PaymentId = reading.PaymentId!.Value,
            OriginalPaymentId = owner.PaymentId,
            MerchantId = reading.MerchantId!,
        });

    private static Effects Reject(RequestReading reading, Effects effects)
    {
        var messageId = Ulid.NewUlid();
        effects.Write(new AddRejection(reading.PaymentId!.Value, reading.MerchantId, reading.Hash, messageId));
        return SendReject(reading, messageId, effects);
    }

    /// <summary>The saga publishes <see cref="PaymentRejected"/> when it has stored it.</summary>
    private static Effects SendReject(RequestReading reading, Ulid messageId, Effects effects) =>
        effects.Send(
            new RejectPayment
            {
                PaymentId = reading.PaymentId!.Value,
                MerchantId = reading.MerchantId,
                IdempotencyKey = reading.IdempotencyKey,
                Errors = reading is BrokenRequest broken ? broken.Errors : [KeyReused],
            },
            Routes.PaymentSaga,
            messageId);

    private static Effects PublishRejected(RequestReading reading, Effects effects) =>
        effects.Publish(new PaymentRejected
        {
            MerchantId = reading.MerchantId,
            IdempotencyKey = reading.IdempotencyKey,
            Errors = ((BrokenRequest)reading).Errors,
        });

    private static Effects Refuse(RequestReading reading, IntakeRows rows, Effects effects) =>
        effects.Publish(new PaymentRefused
        {
            PaymentId = reading.PaymentId!.Value,
            MerchantId = reading.MerchantId
                ?? rows.Payment?.MerchantId ?? rows.Alias?.MerchantId ?? rows.Rejection?.MerchantId ?? "",
            Errors = reading is BrokenRequest broken ? [IdReused, .. broken.Errors] : [IdReused],
        });

    /// <summary>
    /// The id under which it was said before, as long as the receiver's inbox remembers its answer in full; it would
    /// dead-letter an older one. After that a new id, and the receiver's state alone knows that it is a repetition.
    /// </summary>
    private Ulid Repeat(Ulid messageId) =>
        time.GetUtcNow() - messageId.Timestamp < TimeSpan.FromDays(inbox.MessageDays - 1) ? messageId : Ulid.NewUlid();

    private PaymentRequested Encrypt(PaymentRequested request)
    {
        var context = request.PaymentId.ToString();
        var credentials = request.PaymentMethod.Credentials
            .Select(credential => credential with { Token = cipher.Encrypt(credential.Token, context) });
        return request with { PaymentMethod = request.PaymentMethod with { Credentials = [.. credentials] } };
    }
}
