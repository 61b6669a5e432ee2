using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>Commands to wallets and ledger: whether they were carried out, and whether the saga still waits for that.</summary>
internal static class CommandRules
{
    public static Ruling Rule(JudgedLetter letter, Facts facts, EvidenceList evidence) => letter.Type switch
    {
        nameof(CreditWallets) => OfWallets(facts, evidence) ?? OfBatch(letter, facts, evidence,
            "It would credit sellers, and the saga does not wait for that: they would have money that is not theirs."),
        nameof(ReverseCredits) => OfWallets(facts, evidence) ?? OfBatch(letter, facts, evidence,
            "It would take credits back from sellers, and the saga does not wait for that."),
        nameof(RecordJournal) => OfLedger(facts, evidence) ?? OfBatch(letter, facts, evidence,
            "It would write a journal that the saga does not wait for: the books would tell of money that did not move so."),
        nameof(UpdateSeller) => OfSeller(letter, facts, evidence),
        _ => PspRules.Rule(letter, facts, evidence),
    };

    private static Ruling? OfWallets(Facts facts, EvidenceList evidence)
    {
        if (facts.Wallets is not { } operation)
        {
            evidence.Add("wallets", "No operation is recorded under its id.");
            return null;
        }

        if (operation.Tombstone)
        {
            evidence.Add("wallets", $"Its undo came first, at {EvidenceList.Time(operation.RecordedAt)}.",
                ("operationId", operation.OperationId), ("tombstone", true), ("recordedAt", operation.RecordedAt));
            return Ruling.Stale("Its undo came first: it would be answered as abandoned, and nothing done.");
        }

        return Done("wallets", operation.OperationId, operation.RecordedAt, operation.Answer!, evidence);
    }

    private static Ruling? OfLedger(Facts facts, EvidenceList evidence)
    {
        if (facts.Ledger is { } operation)
            return Done("ledger", operation.OperationId, operation.RecordedAt, operation.Answer, evidence);
        evidence.Add("ledger", "No operation is recorded under its id.");
        return null;
    }

    private static Ruling Done(string source, string operationId, DateTimeOffset at, string answer, EvidenceList evidence)
    {
        evidence.Add(source, $"It was carried out at {EvidenceList.Time(at)}.",
            ("operationId", operationId), ("recordedAt", at), ("answer", JsonSerializer.Deserialize<JsonElement>(answer)));
        return Ruling.NoOp("It was carried out: a replay would only bring the same answer again.");
    }

    private static Ruling OfBatch(JudgedLetter letter, Facts facts, EvidenceList evidence, string harm)
    {
        if (facts.Payment is not { } payment)
        {
            evidence.Add("saga", "The saga does not know the payment.", ("paymentId", letter.PaymentId));
            return Ruling.Dangerous("It would move money of a payment that the saga does not know.");
        }

        SagaRules.AddPayment(payment, evidence);
        if (letter.OperationId is not null && letter.OperationId == payment.StepOperationId)
            return Ruling.Safe("The saga waits for exactly this operation.");
        return letter.Message.NotAfter < facts.Now
            ? Ruling.Stale("Its time has passed, and it was never begun: it would be refused, and nothing done.")
            : Ruling.Dangerous(harm);
    }

    /// <summary>Wallets keep no time of a setting: whichever arrives last wins, so that an old one undoes a newer one.</summary>
    private static Ruling OfSeller(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (letter.InboxId is not { } id || letter.SellerId is null)
            return Ruling.Unknown("It does not say whose setting it is, or of when.");
        if (facts.Seller is { } setting)
        {
            evidence.Add("wallets", $"The seller's setting is of {EvidenceList.Time(setting.UpdatedAt)}.",
                ("sellerId", setting.SellerId), ("closed", setting.Closed), ("updatedAt", setting.UpdatedAt));
            if (setting.UpdatedAt >= id.Timestamp)
                return Ruling.Dangerous("The seller has a newer setting, which it would replace: a wallet that was closed might be credited.");
        }
        else
        {
            evidence.Add("wallets", "The seller has no setting yet.", ("sellerId", letter.SellerId));
        }

        if (facts.NewestSetting is { } newest && newest.MessageId > id)
        {
            evidence.Add("letter", $"Letter {newest.LetterId} has a newer setting of the seller, of {EvidenceList.Time(newest.MessageId.Timestamp)}.",
                ("sellerId", letter.SellerId), ("newerLetterId", newest.LetterId), ("newerSentAt", newest.MessageId.Timestamp));
            return Ruling.Dangerous("A newer setting of the seller is a letter, too: they may arrive in any order, and this one last would undo it.");
        }

        return Ruling.Safe(facts.Seller is null ? "The seller has no setting yet." : "It is newer than the seller's last setting.");
    }
}
