using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Tests.Psp.Stripe;
using static Payments.Executor.Tests.Psp.PayPal.PayPalResponses;

namespace Payments.Executor.Tests.Psp.PayPal;

public sealed class PayPalStatesTests
{
    private const string Id = "8MC585209K746392H";
    private const string Target = "0VF52814937998046";
    private const string FirstOrder = "5O190127TN364715T";

    /// <summary>What a payment that is read by its own id says about the operation that made it.</summary>
    [Theory]
    [InlineData(PspStep.Sale, "COMPLETED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "PARTIALLY_REFUNDED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "REFUNDED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Sale, "PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Sale, "DECLINED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Sale, "FAILED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Sale, "A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Authorize, "CREATED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "CAPTURED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "PARTIALLY_CAPTURED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Authorize, "PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Authorize, "DENIED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Authorize, "VOIDED", OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData(PspStep.Authorize, "A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData(PspStep.Capture, "COMPLETED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Capture, "PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Capture, "DECLINED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData(PspStep.Refund, "COMPLETED", OutcomeKind.Approved, null)]
    [InlineData(PspStep.Refund, "PENDING", OutcomeKind.Pending, Reasons.Processing)]
    [InlineData(PspStep.Refund, "FAILED", OutcomeKind.Declined, Reasons.RefundFailed)]
    [InlineData(PspStep.Refund, "CANCELLED", OutcomeKind.Declined, Reasons.RefundCanceled)]
    [InlineData(PspStep.Refund, "A_STATUS_OF_TOMORROW", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    internal void ClassifyRetrieve_APayment_TellsAboutTheOperation(
        PspStep step, string status, OutcomeKind kind, string? reason)
    {
        var operation = Operation(step);

        var finding = Adapter.ClassifyRetrieve(operation, Responses.Of(200, Payment(operation, status)));

        finding.Kind.ShouldBe(FindingKind.Known);
        (finding.Outcome!.Kind, finding.Outcome.Reason).ShouldBe((kind, reason));
        (finding.Outcome.PspReference, finding.Outcome.PspStatus).ShouldBe((Id, status));
    }

    /// <summary>A refund names a capture, so a capture says what an undo has to name from now on.</summary>
    [Theory]
    [InlineData(PspStep.Sale, null)]
    [InlineData(PspStep.Capture, Id)]
    internal void Classify_ACapture_SaysWhatIsToBeRefunded(PspStep step, string? reference)
    {
        var operation = Operation(step);
        var payment = Payment(operation, "COMPLETED");

        var outcome = Classify(operation, step == PspStep.Sale ? Order(operation, "COMPLETED", Captures(payment)) : payment);

        (outcome.Kind, outcome.PaymentReference).ShouldBe((OutcomeKind.Approved, reference));
        (outcome.AmountMinor, outcome.CurrencyCode).ShouldBe((1999, "USD"));
    }

    [Fact]
    public void Classify_AnAuthorization_SaysUntilWhen()
    {
        var operation = Operation(PspStep.Authorize);

        var outcome = Classify(operation, Order(operation, "COMPLETED", Authorizations(Payment(operation, "CREATED"))));

        outcome.Kind.ShouldBe(OutcomeKind.Approved);
        outcome.AuthorizedUntil.ShouldBe(new DateTimeOffset(2026, 1, 30, 12, 0, 0, TimeSpan.Zero));
    }

    public static TheoryData<string, string> Mismatches => new()
    {
        { "amount", """ "value":"19.98" """ },
        { "amount", """ "value":"20" """ },
        { "amount", """ "value":"abc" """ },
        { "currency", """ "currency_code":"EUR" """ },
        { "invoice", """ "invoice_id":"another" """ },
        { "invoice", """ "invoice_id":null """ },
        { "custom", """ "custom_id":"another" """ },
    };

    /// <summary>A yes to something else than was asked is no yes.</summary>
    [Theory]
    [MemberData(nameof(Mismatches))]
    public void Classify_AnEchoOfSomethingElse_IsAMismatch(string what, string instead)
    {
        var steps = what == "custom"
            // A capture bears the custom id of its authorization.
            ? [PspStep.Sale, PspStep.Authorize, PspStep.Refund]
            : new[] { PspStep.Sale, PspStep.Authorize, PspStep.Capture, PspStep.Refund };
        foreach (var step in steps)
        {
            var operation = Operation(step);
            var payment = Payment(operation, step == PspStep.Authorize ? "CREATED" : "COMPLETED")
                .Replace(Field(operation, what), instead.Trim());
            var answer = step switch
            {
                PspStep.Sale => Order(operation, "COMPLETED", Captures(payment)),
                PspStep.Authorize => Order(operation, "COMPLETED", Authorizations(payment)),
                _ => payment,
            };

            var outcome = Classify(operation, answer);

            (outcome.Kind, outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.IntegrityMismatch), $"{step}");
            outcome.PspReference.ShouldBe(Id);
        }
    }

    [Fact]
    public void Classify_ACaptureWithTheCustomIdOfItsAuthorization_IsApproved()
    {
        var operation = Operation(PspStep.Capture);

        Classify(operation, Payment(operation, "COMPLETED", custom: "the-authorization")).Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Theory]
    [InlineData("COMPLETED", "COMPLETED", OutcomeKind.InDoubt, Reasons.DuplicateAtPsp)]
    [InlineData("COMPLETED", "PENDING", OutcomeKind.InDoubt, Reasons.DuplicateAtPsp)]
    [InlineData("DECLINED", "COMPLETED", OutcomeKind.Approved, null)]
    [InlineData("COMPLETED", "DECLINED", OutcomeKind.Approved, null)]
    [InlineData("DECLINED", "FAILED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    internal void Classify_AnOrderOfTwoCaptures_CountsThoseThatTookMoney(
        string first, string second, OutcomeKind kind, string? reason)
    {
        var operation = Operation(PspStep.Sale);
        var captures = Captures(Payment(operation, first, "C1"), Payment(operation, second, "C2"));

        var outcome = Classify(operation, Order(operation, "COMPLETED", captures));

        (outcome.Kind, outcome.Reason).ShouldBe((kind, reason));
    }

    /// <summary>A payment that cannot be read could be the one that counts.</summary>
    [Fact]
    public void Classify_AnOrderWithAPaymentThatCannotBeRead_IsInDoubt()
    {
        var operation = Operation(PspStep.Sale);
        var captures = Captures(Payment(operation, "COMPLETED"), """{"id":"C2"}""");

        Classify(operation, Order(operation, "COMPLETED", captures)).Reason.ShouldBe(Reasons.UnreadableAnswer);
    }

    [Theory]
    [InlineData("PAYER_ACTION_REQUIRED", OutcomeKind.ActionRequired, Reasons.ShopperAction)]
    [InlineData("CREATED", OutcomeKind.ActionRequired, Reasons.ShopperAction)]
    [InlineData("VOIDED", OutcomeKind.Declined, Reasons.AuthorizationCanceled)]
    [InlineData("APPROVED", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    [InlineData("COMPLETED", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    internal void Classify_AnOrderWithoutAPayment_GoesByItsStatus(string status, OutcomeKind kind, string reason)
    {
        var operation = Operation(PspStep.Sale);

        var outcome = Classify(operation, Order(operation, status));

        (outcome.Kind, outcome.Reason, outcome.PspReference).ShouldBe((kind, reason, "ODR-" + FirstOrder));
    }

    /// <summary>Until we ask for it nothing moves: a look that finds no payment is absence, which a replay may end.</summary>
    [Fact]
    public void ClassifyRetrieve_AnApprovedOrderWithoutAPayment_IsAbsence()
    {
        var operation = Operation(PspStep.Sale);

        Retrieve(Order(operation, "APPROVED")).Kind.ShouldBe(FindingKind.Absent);
        Retrieve(Order(operation, "APPROVED", custom: "another")).Outcome!.Reason.ShouldBe(Reasons.IntegrityMismatch);

        Finding Retrieve(string body) => Adapter.ClassifyRetrieve(operation, Responses.Of(200, body));
    }

    /// <summary>PayPal's errors do not name the order: it is known from the creation, and read there.</summary>
    [Theory]
    [InlineData(500, OutcomeKind.InDoubt, "ODR-O1")]
    [InlineData(422, OutcomeKind.InvalidRequest, null)]
    internal void Classify_AnErrorOfTheSecondStep_NamesItsOrderWhereItIsInDoubt(int status, OutcomeKind kind, string? reference)
    {
        var response = Responses.Of(status, "{}") with
        {
            Headers = new Dictionary<string, string> { [PayPalCompletions.OrderHeader] = "O1" },
        };

        var outcome = Adapter.Classify(Operation(PspStep.Sale), response).Outcome;

        (outcome.Kind, outcome.PspReference).ShouldBe((kind, reference));
    }

    [Fact]
    public void Classify_AnOrderOfAnotherOperation_IsAMismatch()
    {
        var operation = Operation(PspStep.Sale);

        Classify(operation, Order(operation, "CREATED", custom: "another")).Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    /// <summary>Void: by its authorization. Null kind: absent; "more": the order is asked.</summary>
    [Theory]
    [InlineData("VOIDED", "Known", OutcomeKind.Approved, null)]
    [InlineData("DENIED", "Known", OutcomeKind.Approved, null)]
    [InlineData("CREATED", "Absent", null, null)]
    [InlineData("PENDING", "Absent", null, null)]
    [InlineData("CAPTURED", "More", null, null)]
    [InlineData("PARTIALLY_CAPTURED", "More", null, null)]
    [InlineData("A_STATUS_OF_TOMORROW", "Known", OutcomeKind.InDoubt, Reasons.UnexpectedState)]
    internal void ClassifyLookUp_AVoid_GoesByItsAuthorization(string status, string found, OutcomeKind? kind, string? reason)
    {
        var operation = Operation(PspStep.Void);

        var finding = LookUp(operation, null, Payment(operation, status, Target));

        finding.Kind.ToString().ShouldBe(found);
        (finding.Outcome?.Kind, finding.Outcome?.Reason).ShouldBe((kind, reason));
        finding.Cursor.ShouldBe(found == "More" ? "Order:" + FirstOrder : null);
    }

    [Fact]
    public void ClassifyLookUp_AVoidAndAnotherAuthorization_IsAMismatch()
    {
        var operation = Operation(PspStep.Void);

        LookUp(operation, null, Payment(operation, "VOIDED", "ANOTHER")).Outcome!.Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    /// <summary>Then the capture is what a refund has to name.</summary>
    [Fact]
    public void ClassifyLookUp_AVoidInAnOrderThatWasCaptured_IsRefusedAndNamesTheCapture()
    {
        var operation = Operation(PspStep.Void);
        var payments = Authorizations(Payment(operation, "CAPTURED", Target)) + "," + Captures(Payment(operation, "COMPLETED", "C1"));

        var outcome = LookUp(operation, "Order:" + FirstOrder, Order(operation, "COMPLETED", payments)).Outcome!;

        (outcome.Kind, outcome.Reason, outcome.PaymentReference).ShouldBe(
            (OutcomeKind.Declined, Reasons.AlreadyCaptured, "C1"));
    }

    /// <summary>404 for the authorization: the target may be a capture.</summary>
    [Theory]
    [InlineData(PspStep.Void)]
    [InlineData(PspStep.Capture)]
    internal void ClassifyLookUp_ATargetThatIsNoAuthorization_IsAskedForAsACapture(PspStep step)
    {
        var operation = Operation(step);

        Adapter.ClassifyLookUp(operation, null, Responses.Of(404, Error("RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")))
            .Cursor.ShouldBe("Capture:" + Target);
        LookUp(operation, "Capture:" + Target, Payment(operation, "COMPLETED", Target)).Outcome!.Kind.ShouldBe(
            step == PspStep.Void ? OutcomeKind.Declined : OutcomeKind.Approved);
        Adapter.ClassifyLookUp(operation, "Capture:" + Target, Responses.Of(404, Error("RESOURCE_NOT_FOUND", null)))
            .Kind.ShouldBe(FindingKind.Unclear);
    }

    /// <summary>A capture, by the order of its authorization.</summary>
    [Theory]
    [InlineData("CREATED", null, "Absent", null)]
    [InlineData("PARTIALLY_CAPTURED", null, "Absent", null)]
    [InlineData("VOIDED", null, "Known", Reasons.AuthorizationCanceled)]
    [InlineData("DENIED", null, "Known", Reasons.AuthorizationCanceled)]
    // Captured, but not by this operation.
    [InlineData("CAPTURED", null, "Known", Reasons.UnexpectedState)]
    [InlineData("CAPTURED", "another", "Known", Reasons.UnexpectedState)]
    [InlineData("CAPTURED", "ours", "Known", null)]
    [InlineData("ELSEWHERE", null, "Unclear", Reasons.UnexpectedState)]
    public void ClassifyLookUp_ACapture_IsFoundInTheOrderOrNot(string status, string? capture, string found, string? reason)
    {
        var operation = Operation(PspStep.Capture);
        var payments = Authorizations(Payment(operation, status, status == "ELSEWHERE" ? "ANOTHER" : Target));
        if (capture is not null)
        {
            payments += "," + Captures(Payment(
                operation, "COMPLETED", "C1", invoice: capture == "ours" ? operation.OperationId : capture));
        }

        LookUp(operation, null, Payment(operation, status, Target)).Cursor.ShouldBe("Order:" + FirstOrder);
        var finding = LookUp(operation, "Order:" + FirstOrder, Order(operation, "COMPLETED", payments));

        (finding.Kind.ToString(), finding.Outcome?.Reason).ShouldBe((found, reason));
        if (capture == "ours")
            (finding.Outcome!.Kind, finding.Outcome.PaymentReference).ShouldBe((OutcomeKind.Approved, "C1"));
    }

    [Theory]
    [InlineData(null, "Absent", null)]
    [InlineData("COMPLETED", "Known", null)]
    [InlineData("FAILED", "Known", Reasons.RefundFailed)]
    public void ClassifyLookUp_ARefund_IsFoundInTheOrderOrNot(string? status, string found, string? reason)
    {
        var operation = Operation(PspStep.Refund);
        var others = Payment(operation, "COMPLETED", "R0", invoice: "another");
        var payments = Captures(Payment(operation, "COMPLETED", Target, invoice: "the-sale")) + ","
            + (status is null ? Refunds(others) : Refunds(others, Payment(operation, status, "R1")));

        var finding = LookUp(operation, "Order:" + FirstOrder, Order(operation, "COMPLETED", payments));

        (finding.Kind.ToString(), finding.Outcome?.Reason).ShouldBe((found, reason));
        finding.Outcome?.PspReference.ShouldBe("R1");
    }

    /// <summary>Older answers name the order by a link only.</summary>
    [Theory]
    [InlineData("https://api.paypal.com/v2/checkout/orders/5O190127TN364715T", "Order:5O190127TN364715T")]
    [InlineData("https://api.paypal.com/v2/checkout/orders/", null)]
    [InlineData("https://api.paypal.com/v2/checkout/orders/..%2F", null)]
    [InlineData("https://api.paypal.com/v2/payments/authorizations/A1", null)]
    public void ClassifyLookUp_APaymentThatLinksToItsOrder_LeadsThere(string link, string? cursor)
    {
        var operation = Operation(PspStep.Refund);
        var capture = Payment(operation, "COMPLETED", Target)
            .Replace("related_ids", "no_ids")
            .Replace("\"links\":[]", $$"""  "links":[{"rel":"up","href":"{{link}}"}] """);

        var finding = LookUp(operation, null, capture);

        finding.Cursor.ShouldBe(cursor);
        finding.Kind.ShouldBe(cursor is null ? FindingKind.Unclear : FindingKind.More);
    }

    private static string Field(PspOperation operation, string what) => what switch
    {
        "amount" => "\"value\":\"19.99\"",
        "currency" => "\"currency_code\":\"USD\"",
        "invoice" => $"\"invoice_id\":\"{operation.OperationId}\"",
        _ => $"\"custom_id\":\"{operation.OperationId}\"",
    };

    private static PspOperation Operation(PspStep step) => PspHarness.Operation(step, "pm_card_visa", Target);

    private static Outcome Classify(PspOperation operation, string body) =>
        Adapter.Classify(operation, Responses.Of(201, body)).Outcome;

    private static Finding LookUp(PspOperation operation, string? cursor, string body) =>
        Adapter.ClassifyLookUp(operation, cursor, Responses.Of(200, body));
}
