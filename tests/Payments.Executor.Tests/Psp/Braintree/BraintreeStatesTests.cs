using System.Text.Json.Nodes;
using Payments.Executor.Psp;
using static Payments.Executor.Tests.Psp.Braintree.BraintreeResponses;

namespace Payments.Executor.Tests.Psp.Braintree;

public sealed class BraintreeStatesTests
{
    /// <summary>What a retrieved transaction says about each operation. Null kind: absent.</summary>
    [Theory]
    [InlineData(PspStep.Sale, "SUBMITTED_FOR_SETTLEMENT", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "SETTLING", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "SETTLED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "SETTLEMENT_PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Sale, "AUTHORIZING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Sale, "AUTHORIZED", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Sale, "SETTLEMENT_CONFIRMED", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Sale, "VOIDED", OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Sale, "SETTLEMENT_DECLINED", OutcomeKind.Declined, DeclineReasons.ProcessingError)]
    [InlineData(PspStep.Sale, "PROCESSOR_DECLINED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Sale, "GATEWAY_REJECTED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Sale, "FAILED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Sale, "A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Authorize, "AUTHORIZED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "SETTLED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "SETTLEMENT_CONFIRMED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "SETTLEMENT_DECLINED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "AUTHORIZATION_EXPIRED", OutcomeKind.Declined, Reasons.AuthorizationExpired)]
    [InlineData(PspStep.Authorize, "AUTHORIZING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Capture, "AUTHORIZED", null, null)]
    [InlineData(PspStep.Capture, "SUBMITTED_FOR_SETTLEMENT", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Capture, "SETTLED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Capture, "SETTLEMENT_PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Capture, "VOIDED", OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Capture, "AUTHORIZATION_EXPIRED", OutcomeKind.Declined, Reasons.AuthorizationExpired)]
    [InlineData(PspStep.Capture, "SETTLEMENT_DECLINED", OutcomeKind.Declined, DeclineReasons.ProcessingError)]
    [InlineData(PspStep.Capture, "AUTHORIZING", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Void, "AUTHORIZED", null, null)]
    [InlineData(PspStep.Void, "VOIDED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Void, "AUTHORIZATION_EXPIRED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Void, "SUBMITTED_FOR_SETTLEMENT", OutcomeKind.Declined, Reasons.AlreadyCaptured)]
    [InlineData(PspStep.Void, "SETTLED", OutcomeKind.Declined, Reasons.AlreadyCaptured)]
    [InlineData(PspStep.Void, "SETTLEMENT_DECLINED", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Refund, "SUBMITTED_FOR_SETTLEMENT", null, null)]
    [InlineData(PspStep.Refund, "SETTLED", null, null)]
    [InlineData(PspStep.Refund, "VOIDED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Refund, "PROCESSOR_DECLINED", OutcomeKind.Declined, Reasons.NotRefundable)]
    internal void ClassifyRetrieve_ATransaction_TellsAboutTheOperation(
        PspStep step, string status, OutcomeKind? kind, string? reason)
    {
        var finding = Adapter.ClassifyRetrieve(Operation(step), Retrieved(Transaction(status)));

        finding.Kind.ShouldBe(kind is null ? FindingKind.Absent : FindingKind.Known);
        (finding.Outcome?.Kind, finding.Outcome?.Reason).ShouldBe((kind, reason));
    }

    [Theory]
    [InlineData("SUBMITTED_FOR_SETTLEMENT", OutcomeKind.Approved, null)]
    [InlineData("SETTLED", OutcomeKind.Approved, null)]
    [InlineData("SETTLEMENT_PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData("VOIDED", OutcomeKind.Declined, Reasons.RefundCanceled)]
    [InlineData("PROCESSOR_DECLINED", OutcomeKind.Declined, Reasons.RefundFailed)]
    [InlineData("FAILED", OutcomeKind.Declined, Reasons.RefundFailed)]
    [InlineData("A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    internal void Classify_ARefund_TellsByItsStatus(string status, OutcomeKind kind, string? reason)
    {
        var operation = Operation(PspStep.Refund);
        var answer = Adapter.Classify(operation, Mutated(PspStep.Refund, Refund(status)));
        var found = Adapter.ClassifyRetrieve(
            operation, Retrieved(Transaction("SETTLED", refunds: new JsonArray(Refund(status)))));

        (answer.Outcome.Kind, answer.Outcome.Reason).ShouldBe((kind, reason));
        found.Outcome.ShouldBe(answer.Outcome);
    }

    [Fact]
    public void Classify_AFailure_IsInDoubtUntilALookConfirmsIt()
    {
        var failed = Transaction("FAILED", history: new JsonObject
        {
            ["__typename"] = "FailedEvent",
            ["processorResponse"] = new JsonObject { ["legacyCode"] = "3000" },
        });

        var answer = Adapter.Classify(Operation(PspStep.Sale), Mutated(PspStep.Sale, failed.DeepClone().AsObject()));
        var look = Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Found(failed));

        (answer.Outcome.Kind, answer.Outcome.PspCode).ShouldBe((OutcomeKind.InDoubt, "3000"));
        (look.Outcome!.Decline, look.Outcome.Reason).ShouldBe((DeclineKind.Soft, DeclineReasons.IssuerUnavailable));
    }

    [Fact]
    public void Classify_ADeclineThatBraintreeTriesAgain_IsInDoubt()
    {
        var declined = Transaction("PROCESSOR_DECLINED", history: Declined("2001"), isRetried: true);

        var answer = Adapter.Classify(Operation(PspStep.Sale), Mutated(PspStep.Sale, declined.DeepClone().AsObject()));
        var look = Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Found(declined));

        (answer.Outcome.Kind, answer.Next).ShouldBe((OutcomeKind.InDoubt, AfterTry.Read));
        look.Kind.ShouldBe(FindingKind.Unclear);
    }

    [Fact]
    public void Classify_ADuplicateOfOurOwn_ReadsTheFirst()
    {
        var rejected = Transaction("GATEWAY_REJECTED", history: Rejected("DUPLICATE", "P/O/charge/1"), id: "c2Vjb25k");

        var answer = Adapter.Classify(Operation(PspStep.Sale), Mutated(PspStep.Sale, rejected.DeepClone().AsObject()));
        var look = Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Found(rejected, Transaction("SETTLED")));

        (answer.Outcome.Kind, answer.Outcome.PspReference, answer.Next).ShouldBe(
            (OutcomeKind.InDoubt, "dHJhbnNhY3Rpb25fMA==", AfterTry.Read));
        look.Outcome!.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public void ClassifyLookUp_TwoLiveCharges_AreADuplicateThatSomebodyMustSee()
    {
        var two = Found(Transaction("AUTHORIZED", id: "dHdv"), Transaction("AUTHORIZED"));

        Adapter.ClassifyLookUp(Operation(PspStep.Authorize), null, two).Outcome!.Reason.ShouldBe(Reasons.DuplicateAtPsp);
    }

    [Fact]
    public void ClassifyRetrieve_AnExtraBesideTheOneWeKnow_IsADuplicate() =>
        Adapter.ClassifyRetrieve(
            Operation(PspStep.Sale), Retrieved(Transaction("SETTLED"), Transaction("SETTLED", id: "ZXh0cmE=")))
            .Outcome!.Reason.ShouldBe(Reasons.DuplicateAtPsp);

    [Fact]
    public void ClassifyLookUp_AnExtraThatWasVoided_IsNoDuplicate() =>
        Adapter.ClassifyLookUp(
            Operation(PspStep.Sale), null, Found(Transaction("VOIDED", id: "ZXh0cmE="), Transaction("SETTLED")))
            .Outcome!.Kind.ShouldBe(OutcomeKind.Approved);

    [Fact]
    public void ClassifyLookUp_Nothing_IsAbsentAndProofOnlyAfterTheLag()
    {
        var finding = Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Found());
        var (limit, start) = (TimeSpan.FromSeconds(20), Operation(PspStep.Sale).CreatedAt);

        finding.Kind.ShouldBe(FindingKind.Absent);
        finding.IsProof(start, null, start.AddHours(24), limit).ShouldBeFalse("one look proves nothing");
        finding.IsProof(start, start, start.AddMinutes(1), limit).ShouldBeFalse("the gateway may still be at it");
        finding.IsProof(start, start, start.AddHours(1), limit).ShouldBeTrue();
    }

    [Theory]
    [InlineData(PspStep.Sale, "20.00", "USD", "P/O/charge/1", false)]
    [InlineData(PspStep.Sale, "19.99", "EUR", "P/O/charge/1", false)]
    [InlineData(PspStep.Sale, "19.99", "USD", "other", false)]
    [InlineData(PspStep.Sale, "9.99", "USD", "P/O/charge/1", true)]
    [InlineData(PspStep.Sale, "19.99", "USD", "P/O/charge/1", true)]
    [InlineData(PspStep.Sale, "nineteen", "USD", "P/O/charge/1", false)]
    [InlineData(PspStep.Capture, "10.00", "USD", "P/O/authorize/1", false)]
    [InlineData(PspStep.Capture, "19.99", "EUR", "P/O/authorize/1", false)]
    internal void Classify_AnEchoOfSomethingElse_IsNeverApproved(
        PspStep step, string amount, string currency, string orderId, bool isPart)
    {
        var made = Transaction("SUBMITTED_FOR_SETTLEMENT", amount, currency, orderId, isPart: isPart);

        var answer = Adapter.Classify(Operation(step), Mutated(step, made));

        (answer.Outcome.Kind, answer.Outcome.Reason, answer.Next).ShouldBe(
            (OutcomeKind.InDoubt, Reasons.IntegrityMismatch, AfterTry.Stop));
        answer.Outcome.PspReference.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("1.00", "P/O/charge/1", "dHJhbnNhY3Rpb25fMQ==")]
    [InlineData("19.99", "other", "dHJhbnNhY3Rpb25fMQ==")]
    [InlineData("19.99", "P/O/charge/1", "b3RoZXI=")]
    public void Classify_ARefundOfSomethingElse_IsNeverApproved(string amount, string orderId, string of) =>
        Adapter.Classify(
            Operation(PspStep.Refund), Mutated(PspStep.Refund, Refund("SETTLED", amount, orderId, of)))
            .Outcome.Reason.ShouldBe(Reasons.IntegrityMismatch);

    [Fact]
    public void Classify_AVoidThatCameAfterTheSettlement_IsApprovedAsARefund() =>
        Adapter.Classify(
            Operation(PspStep.Void), Mutated(PspStep.Void, Refund("SUBMITTED_FOR_SETTLEMENT", orderId: "P/O/authorize/1")))
            .Outcome.Kind.ShouldBe(OutcomeKind.Approved);

    [Fact]
    public void Classify_AnErrorBesideWhatWasMade_IsNoErrorOfTheMoney()
    {
        var data = new JsonObject { ["chargePaymentMethod"] = new JsonObject { ["transaction"] = Transaction("SETTLED") } };
        var body = new JsonObject
        {
            ["data"] = data,
            ["errors"] = new JsonArray(new JsonObject { ["extensions"] = new JsonObject { ["errorClass"] = "VALIDATION" } }),
        };

        Adapter.Classify(Operation(PspStep.Sale), Stripe.Responses.Of(200, body.ToJsonString()))
            .Outcome.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("<html>captive portal</html>")]
    [InlineData("""{"data":{"chargePaymentMethod":null}}""")]
    [InlineData("""{"data":{"chargePaymentMethod":{"transaction":null}},"errors":[{"extensions":{"errorClass":"VALIDATION"}}]}""")]
    public void Classify_AnAnswerThatIsNone_IsInDoubt(string body)
    {
        var answer = Adapter.Classify(Operation(PspStep.Sale), Stripe.Responses.Of(200, body));

        (answer.Outcome.Kind, answer.Next).ShouldBe((OutcomeKind.InDoubt, AfterTry.Read));
    }

    [Theory]
    [InlineData(200, "NOT_FOUND")]
    [InlineData(200, "RESOURCE_LIMIT")]
    [InlineData(503, "INTERNAL")]
    public void ClassifyRetrieve_AnError_SaysNothingAboutTheOperation(int status, string errorClass)
    {
        Adapter.ClassifyRetrieve(Operation(PspStep.Sale), Error(status, errorClass, null)).Kind.ShouldBe(FindingKind.Unclear);
        Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Error(status, errorClass, null)).Kind.ShouldBe(FindingKind.Unclear);
    }

    [Fact]
    public void Classify_AnApproval_KeepsTheIdThatSettlementFilesName() =>
        Adapter.Classify(Operation(PspStep.Sale), Mutated(PspStep.Sale, Transaction("SUBMITTED_FOR_SETTLEMENT")))
            .Outcome.SettlementReference.ShouldBe("legacy1");
}
