using Payments.Executor.Psp;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Stripe;

public sealed class StripeStatesTests
{
    private const string LastError = ",\"last_payment_error\":{\"code\":\"card_declined\",\"decline_code\":\"insufficient_funds\"}";

    private static readonly StripeAdapter Adapter = new();

    /// <summary>What a retrieved intent says about each operation. Null kind: absent.</summary>
    [Theory]
    [InlineData(PspStep.Sale, "succeeded", 0, 1999, OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "processing", 0, 0, OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Sale, "requires_action", 0, 0, OutcomeKind.ActionRequired, Reasons.ShopperAction)]
    [InlineData(PspStep.Sale, "requires_capture", 1999, 0, OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Sale, "canceled", 0, 0, OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Sale, "requires_payment_method", 0, 0, OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Sale, "requires_confirmation", 0, 0, OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Sale, "a_status_of_tomorrow", 0, 0, OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Authorize, "requires_capture", 1999, 0, OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "succeeded", 0, 1999, OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "succeeded", 0, 500, OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "canceled", 0, 0, OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Authorize, "processing", 0, 0, OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Capture, "succeeded", 0, 1999, OutcomeKind.Approved, null)]
    [InlineData(PspStep.Capture, "requires_capture", 1999, 0, null, null)]
    [InlineData(PspStep.Capture, "processing", 0, 0, OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Capture, "canceled", 0, 0, OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Capture, "requires_action", 0, 0, OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Void, "canceled", 0, 0, OutcomeKind.Approved, null)]
    [InlineData(PspStep.Void, "succeeded", 0, 1999, OutcomeKind.Declined, Reasons.AlreadyCaptured)]
    [InlineData(PspStep.Void, "requires_capture", 1999, 0, null, null)]
    [InlineData(PspStep.Void, "requires_action", 0, 0, null, null)]
    internal void ClassifyRetrieve_AnIntent_TellsAboutTheOperation(
        PspStep step, string status, long capturable, long received, OutcomeKind? kind, string? reason)
    {
        var operation = PspHarness.Operation(step, target: "pi_1");
        var body = Responses.Intent(operation, status, capturable: capturable, received: received);

        var finding = Adapter.ClassifyRetrieve(operation, Responses.Of(200, body));

        finding.Kind.ShouldBe(kind is null ? FindingKind.Absent : FindingKind.Known);
        finding.Outcome?.Kind.ShouldBe(kind!.Value);
        finding.Outcome?.Reason.ShouldBe(reason);
        finding.Outcome?.PspReference.ShouldBe("pi_1");
        finding.Outcome?.PspStatus.ShouldBe(status);
    }

    [Fact]
    public void ClassifyRetrieve_AnIntentWhoseChargeFailed_IsDeclined()
    {
        var operation = PspHarness.Operation(PspStep.Sale);
        var body = Responses.Intent(operation, "requires_payment_method", more: LastError);

        var outcome = Adapter.ClassifyRetrieve(operation, Responses.Of(200, body)).Outcome!;

        outcome.Kind.ShouldBe(OutcomeKind.Declined);
        outcome.Reason.ShouldBe(DeclineReasons.InsufficientFunds);
        outcome.PspCode.ShouldBe("insufficient_funds");
    }

    [Fact]
    public void ClassifyRetrieve_AnExpiredAuthorization_SaysSo()
    {
        var operation = PspHarness.Operation(PspStep.Capture, target: "pi_1");
        var body = Responses.Intent(operation, "canceled", more: ",\"cancellation_reason\":\"automatic\"");

        var outcome = Adapter.ClassifyRetrieve(operation, Responses.Of(200, body)).Outcome!;

        outcome.Reason.ShouldBe(Reasons.AuthorizationExpired);
        outcome.Decline.ShouldBe(DeclineKind.Hard);
    }

    [Theory]
    [InlineData("", 1700000000 + (7 * 24 * 3600))]
    [InlineData(",\"latest_charge\":\"ch_1\"", 1700000000 + (7 * 24 * 3600))]
    [InlineData(",\"latest_charge\":{\"payment_method_details\":{\"card\":{\"capture_before\":1700000777}}}", 1700000777)]
    public void Classify_AnAuthorization_SaysUntilWhen(string more, long until)
    {
        var operation = PspHarness.Operation(PspStep.Authorize);
        var body = Responses.Intent(operation, "requires_capture", capturable: 1999, more: more);

        Adapter.Classify(operation, Responses.Of(200, body)).Outcome.AuthorizedUntil
            .ShouldBe(DateTimeOffset.FromUnixTimeSeconds(until));
    }

    [Theory]
    [InlineData("succeeded", OutcomeKind.Approved, null)]
    [InlineData("pending", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData("requires_action", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData("failed", OutcomeKind.Declined, Reasons.RefundFailed)]
    [InlineData("canceled", OutcomeKind.Declined, Reasons.RefundCanceled)]
    [InlineData("a_status_of_tomorrow", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    internal void Classify_ARefund_TellsByItsStatus(string status, OutcomeKind kind, string? reason)
    {
        var operation = PspHarness.Operation(PspStep.Refund, target: "pi_1");
        var response = Responses.Of(200, Responses.Refund(operation, status));

        Adapter.Classify(operation, response).Outcome.Kind.ShouldBe(kind);
        Adapter.ClassifyRetrieve(operation, response).Outcome!.Reason.ShouldBe(reason);
    }

    [Fact]
    public void Classify_TheEchoedAmount_IsInIsoMinorUnits()
    {
        var operation = PspHarness.Operation(PspStep.Sale, amount: 5000) with { CurrencyCode = "ISK" };
        var body = Responses.Intent(operation, "succeeded", amount: 500000, received: 500000, currency: "isk");

        var outcome = Adapter.Classify(operation, Responses.Of(200, body)).Outcome;

        outcome.Kind.ShouldBe(OutcomeKind.Approved);
        outcome.AmountMinor.ShouldBe(5000);
        outcome.CurrencyCode.ShouldBe("ISK");
    }

    public static TheoryData<string, string> Mismatches
    {
        get
        {
            var data = new TheoryData<string, string>();
            var sale = PspHarness.Operation(PspStep.Sale) with { OperationId = "mine" };
            data.Add(nameof(PspStep.Sale), Responses.Intent(sale, "succeeded", amount: 2000, received: 1999));
            data.Add(nameof(PspStep.Sale), Responses.Intent(sale, "succeeded", received: 1998));
            data.Add(nameof(PspStep.Sale), Responses.Intent(sale, "succeeded", received: 1999, currency: "eur"));
            data.Add(nameof(PspStep.Sale), Responses.Intent(sale, "succeeded", received: 1999, operationId: "other"));
            data.Add(nameof(PspStep.Sale), Responses.Intent(sale, "succeeded", received: 1999, paymentId: "other"));
            data.Add(nameof(PspStep.Sale), Responses.Intent(sale, "succeeded", received: 1999, orderId: "other"));
            data.Add(nameof(PspStep.Sale), Responses.Intent(sale, "requires_action", amount: 1));
            data.Add(nameof(PspStep.Authorize), Responses.Intent(sale, "requires_capture", capturable: 1000));
            data.Add(
                nameof(PspStep.Authorize), Responses.Intent(sale, "requires_capture", amount: 1998, capturable: 1999));
            data.Add(nameof(PspStep.Capture), Responses.Intent(sale, "succeeded", received: 1000));
            data.Add(nameof(PspStep.Capture), Responses.Intent(sale, "succeeded", received: 1999, id: "pi_2"));
            data.Add(nameof(PspStep.Capture), Responses.Intent(sale, "succeeded", amount: 1000, received: 1999));
            data.Add(nameof(PspStep.Void), Responses.Intent(sale, "canceled", id: "pi_2"));
            data.Add(nameof(PspStep.Void), Responses.Intent(sale, "canceled", amount: 2));
            var refund = PspHarness.Operation(PspStep.Refund, target: "pi_1") with { OperationId = "mine" };
            data.Add(nameof(PspStep.Refund), Responses.Refund(refund, "succeeded", amount: 1));
            data.Add(nameof(PspStep.Refund), Responses.Refund(refund, "succeeded", operationId: "other"));
            data.Add(nameof(PspStep.Refund), Responses.Refund(refund, "succeeded", intent: "pi_2"));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void Classify_AnEchoOfSomethingElse_IsNeverApproved(string step, string body)
    {
        var operation = PspHarness.Operation(Enum.Parse<PspStep>(step), target: "pi_1") with { OperationId = "mine" };
        var response = Responses.Of(200, body);

        var answer = Adapter.Classify(operation, response);
        answer.Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        answer.Outcome.Reason.ShouldBe(Reasons.IntegrityMismatch);
        answer.Outcome.PspReference.ShouldNotBeNull();
        answer.Next.ShouldBe(AfterTry.Stop);
        Adapter.ClassifyRetrieve(operation, response).Outcome!.Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    [Fact]
    public void Classify_ADeclineOfAnotherOperation_IsInDoubt()
    {
        var operation = PspHarness.Operation(PspStep.Sale);
        var intent = Responses.Intent(operation, "requires_payment_method", operationId: "other");
        var body = $$"""{"error":{"type":"card_error","code":"card_declined","payment_intent":{{intent}} } }""";

        Adapter.Classify(operation, Responses.Of(402, body)).Outcome.Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    [Fact]
    public void Classify_ACaptureThatIsStillUncaptured_IsInDoubt() =>
        Adapter.Classify(
            PspHarness.Operation(PspStep.Capture, target: "pi_1"),
            Responses.Of(200, Responses.Intent(
                PspHarness.Operation(PspStep.Capture, target: "pi_1"), "requires_capture", capturable: 1999)))
            .Outcome.Reason.ShouldBe(Reasons.UnexpectedState);

    [Theory]
    [InlineData("pm_4242 4242")]
    [InlineData("<script>")]
    public void Classify_AnIdThatIsNone_IsUnreadable(string id)
    {
        var operation = PspHarness.Operation(PspStep.Sale);

        Adapter.Classify(operation, Responses.Of(200, Responses.Intent(operation, "succeeded", received: 1999, id: id)))
            .Outcome.Reason.ShouldBe(Reasons.UnreadableAnswer);
    }
}
