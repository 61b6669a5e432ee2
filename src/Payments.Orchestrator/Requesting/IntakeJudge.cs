namespace Payments.Orchestrator.Requesting;

/// <summary>The rules of intake: one key is one payment, one payment id is one request.</summary>
internal static class IntakeJudge
{
    /// <summary>Pure: the rows are locked and say what came before.</summary>
    public static IntakeVerdict Judge(RequestReading reading, IntakeRows rows) => (reading, rows) switch
    {
        ({ PaymentId: null }, _) => IntakeVerdict.RejectNameless,
        (_, { Payment: { } payment }) => If(Same(reading, payment), IntakeVerdict.StartAgain),
        (_, { Alias: { } alias }) => If(Same(reading, rows.KeyOwner, alias), IntakeVerdict.AliasAgain),
        (_, { Rejection: { } rejection }) => If(Same(reading, rows.KeyOwner, rejection), IntakeVerdict.RejectAgain),
        (BrokenRequest, _) => IntakeVerdict.Reject,
        (_, { KeyOwner: null }) => IntakeVerdict.Start,
        (_, { KeyOwner.RequestHash: var hash }) when Equal(reading.Hash, hash) => IntakeVerdict.Alias,
        _ => IntakeVerdict.Reject,
    };

    /// <summary>A known payment id takes its own request again, and refuses every other.</summary>
    private static IntakeVerdict If(bool isSame, IntakeVerdict again) => isSame ? again : IntakeVerdict.Refuse;

    private static bool Same(RequestReading reading, KnownPayment payment) =>
        reading is ValidRequest
        && reading.MerchantId == payment.MerchantId
        && reading.IdempotencyKey == payment.IdempotencyKey
        && Equal(reading.Hash, payment.RequestHash);

    private static bool Same(RequestReading reading, KeyOwner? owner, KnownAlias alias) =>
        reading is ValidRequest
        && owner?.PaymentId == alias.OriginalPaymentId
        && Equal(reading.Hash, owner.RequestHash);

    /// <summary>It must be rejected for the same reason as before, not only be the same request.</summary>
    private static bool Same(RequestReading reading, KeyOwner? owner, KnownRejection rejection) =>
        Equal(reading.Hash, rejection.RequestHash)
        && (reading is BrokenRequest || (owner is not null && !Equal(reading.Hash, owner.RequestHash)));

    private static bool Equal(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);
}
