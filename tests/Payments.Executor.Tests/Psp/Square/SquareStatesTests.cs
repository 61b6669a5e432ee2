using Payments.Executor.Psp;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Square;

public sealed class SquareStatesTests
{
    /// <summary>What a retrieved payment says about each operation. Null kind: absent.</summary>
    [Theory]
    [InlineData(PspStep.Sale, "COMPLETED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "APPROVED", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Sale, "PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Sale, "CANCELED", OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Sale, "FAILED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Sale, "A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Authorize, "APPROVED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "COMPLETED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Authorize, "CANCELED", OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Authorize, "FAILED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Capture, "COMPLETED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Capture, "APPROVED", null, null)]
    [InlineData(PspStep.Capture, "PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Capture, "CANCELED", OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Capture, "A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Void, "CANCELED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Void, "FAILED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Void, "COMPLETED", OutcomeKind.Declined, Reasons.AlreadyCaptured)]
    [InlineData(PspStep.Void, "APPROVED", null, null)]
    [InlineData(PspStep.Void, "A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    internal void ClassifyRetrieve_APayment_TellsAboutTheOperation(
        PspStep step, string status, OutcomeKind? kind, string? reason)
    {
        var finding = Retrieve(step, status);

        finding.Kind.ShouldBe(kind is null ? FindingKind.Absent : FindingKind.Known);
        finding.Outcome?.Kind.ShouldBe(kind!.Value);
        finding.Outcome?.Reason.ShouldBe(reason);
        finding.Outcome?.PspReference.ShouldBe("sq_1");
        finding.Outcome?.PspStatus.ShouldBe(status);
    }

    [Fact]
    public void ClassifyRetrieve_AFailedPayment_SaysWhatTheCardSaid()
    {
        var outcome = Retrieve(
            PspStep.Sale, "FAILED", more: ""","card_details":{"errors":[{"category":"PAYMENT_METHOD_ERROR","code":"PAN_FAILURE"}]}""")
            .Outcome!;

        (outcome.Decline, outcome.Reason, outcome.PspCode).ShouldBe(
            (DeclineKind.Hard, DeclineReasons.IncorrectNumber, "PAN_FAILURE"));
    }

    [Fact]
    public void ClassifyRetrieve_APaymentCanceledAtItsEnd_HasExpired()
    {
        var outcome = Retrieve(PspStep.Capture, "CANCELED", more: ""","updated_at":"2026-01-08T12:00:01Z" """).Outcome!;

        (outcome.Decline, outcome.Reason).ShouldBe((DeclineKind.Hard, Reasons.AuthorizationExpired));
    }

    [Fact]
    public void ClassifyRetrieve_AnAuthorizationWhoseAmountWasLowered_DidHappen()
    {
        var outcome = Retrieve(PspStep.Authorize, "COMPLETED", amount: 1000, approved: 1999).Outcome!;

        (outcome.Kind, outcome.AmountMinor).ShouldBe((OutcomeKind.Approved, 1999));
    }

    [Theory]
    [InlineData("", "2026-01-08T12:00:00Z")]
    [InlineData(""","delayed_until":"2026-01-02T00:00:00Z" """, "2026-01-02T00:00:00Z")]
    [InlineData(""","delayed_until":null""", "2026-01-08T12:00:00Z")]
    public void Classify_AnAuthorization_SaysUntilWhen(string more, string until)
    {
        var operation = Operation(PspStep.Authorize);
        var body = SquareResponses.One(PspStep.Authorize, SquareResponses.Payment(operation, "APPROVED", more: more));

        SquareResponses.Adapter.Classify(operation, Responses.Of(200, body)).Outcome.AuthorizedUntil
            .ShouldBe(DateTimeOffset.Parse(until, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("COMPLETED", OutcomeKind.Approved, null)]
    [InlineData("PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData("REJECTED", OutcomeKind.Declined, Reasons.RefundFailed)]
    [InlineData("FAILED", OutcomeKind.Declined, Reasons.RefundFailed)]
    [InlineData("A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    internal void Classify_ARefund_TellsByItsStatus(string status, OutcomeKind kind, string? reason)
    {
        var operation = Operation(PspStep.Refund);
        var response = Responses.Of(
            200, SquareResponses.One(PspStep.Refund, SquareResponses.Refund(operation, status)));

        SquareResponses.Adapter.Classify(operation, response).Outcome.Kind.ShouldBe(kind);
        SquareResponses.Adapter.ClassifyRetrieve(operation, response).Outcome!.Reason.ShouldBe(reason);
    }

    public static TheoryData<string, string> Mismatches
    {
        get
        {
            var data = new TheoryData<string, string>();
            var sale = Operation(PspStep.Sale);
            data.Add(nameof(PspStep.Sale), SquareResponses.Payment(sale, "COMPLETED", amount: 2000));
            data.Add(nameof(PspStep.Sale), SquareResponses.Payment(sale, "COMPLETED", amount: 1000));
            data.Add(nameof(PspStep.Sale), SquareResponses.Payment(sale, "COMPLETED", currency: "EUR"));
            data.Add(nameof(PspStep.Sale), SquareResponses.Payment(sale, "COMPLETED", reference: "other"));
            data.Add(nameof(PspStep.Sale), SquareResponses.Payment(sale, "PENDING", amount: 1));
            data.Add(
                nameof(PspStep.Sale),
                SquareResponses.Payment(sale, "COMPLETED", more: ",\"total_money\":{\"amount\":2100,\"currency\":\"USD\"}"));
            data.Add(nameof(PspStep.Authorize), SquareResponses.Payment(sale, "APPROVED", amount: 2000));
            data.Add(nameof(PspStep.Authorize), SquareResponses.Payment(sale, "APPROVED", amount: 1000, approved: 1000));
            data.Add(nameof(PspStep.Authorize), SquareResponses.Payment(sale, "APPROVED", reference: "other"));
            data.Add(nameof(PspStep.Capture), SquareResponses.Payment(sale, "COMPLETED", amount: 2000));
            data.Add(nameof(PspStep.Capture), SquareResponses.Payment(sale, "COMPLETED", amount: 1000));
            data.Add(nameof(PspStep.Capture), SquareResponses.Payment(sale, "COMPLETED", id: "sq_2"));
            data.Add(nameof(PspStep.Void), SquareResponses.Payment(sale, "CANCELED", id: "sq_2"));
            data.Add(nameof(PspStep.Void), SquareResponses.Payment(sale, "CANCELED", amount: 2000));
            var refund = Operation(PspStep.Refund);
            data.Add(nameof(PspStep.Refund), SquareResponses.Refund(refund, "COMPLETED", amount: 1));
            data.Add(nameof(PspStep.Refund), SquareResponses.Refund(refund, "COMPLETED", currency: "EUR"));
            data.Add(nameof(PspStep.Refund), SquareResponses.Refund(refund, "COMPLETED", reference: "other"));
            data.Add(nameof(PspStep.Refund), SquareResponses.Refund(refund, "PENDING", payment: "sq_2"));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void Classify_AnEchoOfSomethingElse_IsNeverApproved(string step, string json)
    {
        var operation = Operation(Enum.Parse<PspStep>(step));
        var response = Responses.Of(200, SquareResponses.One(operation.Step, json));

        SquareResponses.Adapter.Classify(operation, response).Outcome.Reason.ShouldBe(Reasons.IntegrityMismatch);
        SquareResponses.Adapter.ClassifyRetrieve(operation, response).Outcome!.Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    [Fact]
    public void Classify_ADeclineOfAnotherOperation_IsInDoubt()
    {
        var operation = Operation(PspStep.Sale);
        var payment = SquareResponses.Payment(operation, "FAILED", reference: "other");
        var body = $$"""
            {"errors":[{"category":"PAYMENT_METHOD_ERROR","code":"GENERIC_DECLINE"}],"payment":{{payment}} }
            """;

        SquareResponses.Adapter.Classify(operation, Responses.Of(400, body)).Outcome.Reason
            .ShouldBe(Reasons.IntegrityMismatch);
    }

    [Theory]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Void)]
    internal void Classify_A2xxThatDidNothing_IsInDoubt(PspStep step)
    {
        var operation = Operation(step);
        var body = SquareResponses.One(step, SquareResponses.Payment(operation, "APPROVED"));

        SquareResponses.Adapter.Classify(operation, Responses.Of(200, body)).Outcome.Reason
            .ShouldBe(Reasons.UnexpectedState);
    }

    private static Finding Retrieve(
        PspStep step, string status, long? amount = null, long? approved = null, string? more = null)
    {
        var operation = Operation(step);
        var json = SquareResponses.Payment(operation, status, amount, approved, more: more);
        return SquareResponses.Adapter.ClassifyRetrieve(
            operation, Responses.Of(200, SquareResponses.One(step, json)));
    }

    private static PspOperation Operation(PspStep step) =>
        PspHarness.Operation(step, target: "sq_1") with { OperationId = "mine" };
}
