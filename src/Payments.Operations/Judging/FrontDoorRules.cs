namespace Payments.Operations.Judging;

/// <summary>Requests of payments: their inbox is intake, by payment id and by the merchant's key.</summary>
internal static class FrontDoorRules
{
    /// <summary>Nobody knows whether an older request is still meant.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(24);

    public static Ruling Rule(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (OfIntake(letter, facts, evidence) is { } taken)
            return taken;
        evidence.Add("intake", "Neither the payment id nor the merchant's key is known.",
            ("paymentId", letter.PaymentId), ("merchantId", letter.MerchantId));
        if (!letter.Message.IsRead || letter.PaymentId is null)
            return Ruling.Unknown("The body does not name a payment: it is missing what is requested.");
        var requestedAt = Oldest(letter);
        evidence.Add("letter", $"It was requested at {EvidenceList.Time(requestedAt)} or before.", ("requestedAt", requestedAt));
        return facts.Now - requestedAt > Fresh
            ? Ruling.Unknown("The request is older than 24 hours: it is missing whether the buyer still wants it.")
            : Ruling.Safe("No payment was started for this request, and it is fresh.");
    }

    private static Ruling? OfIntake(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (facts.Intake is { } intake)
        {
            evidence.Add("intake", $"Payment {intake.PaymentId} was accepted at {EvidenceList.Time(intake.AcceptedAt)}.",
                ("paymentId", intake.PaymentId), ("acceptedAt", intake.AcceptedAt), ("state", facts.Payment?.State));
            return Ruling.NoOp("Its payment was accepted: a replay would not start another one.");
        }

        if (facts.Alias is { } alias)
        {
            evidence.Add("intake", $"Payment {alias.PaymentId} is another name of {alias.OriginalPaymentId}.",
                ("paymentId", alias.PaymentId), ("originalPaymentId", alias.OriginalPaymentId), ("receivedAt", alias.ReceivedAt));
            return Ruling.NoOp("Its payment was accepted under another id: a replay would not start another one.");
        }

        if (facts.Rejection is { } rejection)
        {
            evidence.Add("intake", $"Payment {rejection.PaymentId} was rejected at {EvidenceList.Time(rejection.ReceivedAt)}.",
                ("paymentId", rejection.PaymentId), ("receivedAt", rejection.ReceivedAt));
            return Ruling.NoOp("Its payment was rejected: a replay would not start it.");
        }

        if (facts.KeyOwner is not { } owner)
            return null;
        evidence.Add("intake", $"The merchant's key belongs to payment {owner.PaymentId}, accepted at {EvidenceList.Time(owner.AcceptedAt)}.",
            ("paymentId", owner.PaymentId), ("acceptedAt", owner.AcceptedAt));
        return Ruling.NoOp("The merchant's key has its payment: a replay would become another name of it, or be rejected.");
    }

    private static DateTimeOffset Oldest(JudgedLetter letter)
    {
        var made = letter.PaymentId!.Value.Timestamp;
        var oldest = made < letter.FailedAt ? made : letter.FailedAt;
        return letter.Message.RequestedAt < oldest ? letter.Message.RequestedAt.Value : oldest;
    }
}
