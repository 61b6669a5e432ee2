using System.Globalization;
using System.Text.Json;

namespace Payments.Executor.Psp.Adyen;

/// <summary>What Adyen's answers say about an operation of ours. Checks the echo before it approves.</summary>
internal static class AdyenAnswers
{
    /// <summary>The answer to <c>POST /payments</c>.</summary>
    public static Answer OfPayment(PspOperation operation, string reference, JsonElement json)
    {
        if (json.Word("resultCode") is not { } resultCode)
            return Unreadable();
        var pspReference = json.Word("pspReference");
        var result = AdyenResults.Of(resultCode);
        var isDeclined = result.Kind == OutcomeKind.Declined;
        if (result.Reason == Reasons.IntegrityMismatch
            || Differs(json.Text("merchantReference"), reference)
            || (!isDeclined && NamesAnotherAmount(operation, json)))
        {
            return new Answer(IntegrityMismatch(pspReference, resultCode));
        }

        return result.Kind switch
        {
            OutcomeKind.Declined => new Answer(Declined(json, pspReference, resultCode, result.Reason)),
            OutcomeKind.InDoubt => new Answer(
                Outcome.InDoubt(result.Reason!, $"Adyen answered {resultCode}: the webhook tells what became of it.") with
                {
                    PspReference = pspReference,
                    PspStatus = resultCode,
                    PspCode = json.Word("refusalReasonCode"),
                }),
            OutcomeKind.ActionRequired when pspReference is null => new Answer(NeverStarted(resultCode)),
            OutcomeKind.Approved or OutcomeKind.Pending or OutcomeKind.ActionRequired when pspReference is null => Unreadable(),
            OutcomeKind.Approved => new Answer(
                Outcome.Approved(pspReference!, resultCode, operation.AmountMinor, operation.CurrencyCode)),
            OutcomeKind.Pending => new Answer(Outcome.Pending(result.Reason!, pspReference!, resultCode)),
            OutcomeKind.ActionRequired => new Answer(Outcome.ActionRequired(result.Reason!, pspReference!, resultCode)),
            OutcomeKind.NotAttempted or OutcomeKind.InvalidRequest =>
                throw new InvalidOperationException("No result code says so."),
        };
    }

    /// <summary>The answer to a capture, void or refund: it was taken in, no more; the webhook tells the rest.</summary>
    public static Answer OfModification(PspOperation operation, string reference, JsonElement json)
    {
        if (json.Word("status") is not { } status || json.Word("pspReference") is not { } pspReference)
            return Unreadable();
        if (Differs(json.Text("reference"), reference)
            || Differs(json.Text("paymentPspReference"), operation.TargetReference)
            || NamesAnotherAmount(operation, json))
        {
            return new Answer(IntegrityMismatch(pspReference, status));
        }

        return new Answer(status == "received"
            ? Outcome.Pending(Reasons.Processing, pspReference, status)
            : Outcome.InDoubt(Reasons.UnexpectedState, "Adyen takes a modification in with another word than it has.") with
            {
                PspReference = pspReference,
                PspStatus = status,
            });
    }

    public static Answer OfError(PspResponse response, JsonElement json)
    {
        var (type, code) = (json.Word("errorType"), json.Word("errorCode"));
        var row = AdyenErrorTable.Of(response.Status, type, code);
        // Of status, type and code only: Adyen's own message may name the token.
        string?[] words = [response.Status.ToString(CultureInfo.InvariantCulture), type, code];
        var outcome = new Outcome
        {
            Kind = row.Kind,
            Reason = row.Reason,
            PspCode = code,
            Message = "Adyen answered " + string.Join(' ', words.Where(w => w is not null)) + ".",
        };
        var isTransient = response.Header("transient-error") == "true";
        return new Answer(outcome, isTransient ? row.Next : AfterTry.Stop);
    }

    public static Answer Unreadable() =>
        new(
            Outcome.InDoubt(Reasons.UnreadableAnswer, "Adyen answered 2xx, but not with what was asked for."),
            AfterTry.RetrySameKey);

    private static Outcome Declined(JsonElement json, string? pspReference, string resultCode, string? reason)
    {
        var code = json.Word("refusalReasonCode");
        var (decline, normalised) = reason is null ? AdyenRefusals.Of(code) : (DeclineKind.Hard, reason);
        return Outcome.Declined(decline, normalised) with
        {
            PspReference = pspReference,
            PspStatus = resultCode,
            PspCode = code,
        };
    }

    // Adyen makes the payment only when the shopper has acted, which no shopper is asked to: nothing is held, and there is
    // nothing to void.
    private static Outcome NeverStarted(string resultCode) =>
        Outcome.Declined(DeclineKind.Soft, DeclineReasons.AuthenticationRequired) with { PspStatus = resultCode };

    private static Outcome IntegrityMismatch(string? pspReference, string status) =>
        Outcome.Mismatch("Adyen", pspReference, status);

    // Adyen leaves out what the account is not set to show: only what is there can differ.
    private static bool NamesAnotherAmount(PspOperation operation, JsonElement json)
    {
        var (wire, _) = AdyenAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        var amount = json.Object("amount");
        var more = json.Object("additionalData");
        return (amount.Number("value") is { } value && value != wire)
            || Differs(amount.Text("currency"), operation.CurrencyCode)
            || Differs(more.Text("authorisedAmountValue"), wire.ToString(CultureInfo.InvariantCulture))
            || Differs(more.Text("authorisedAmountCurrency"), operation.CurrencyCode);
    }

    private static bool Differs(string? echoed, string? asked) =>
        echoed is not null && asked is not null && echoed != asked;
}
