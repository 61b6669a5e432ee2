using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Hearing;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Psp.Stripe;
using Payments.Executor.Tests.Psp.Webhooks;
using static Payments.Executor.Tests.Psp.Webhooks.WebhookSigning;

namespace Payments.Executor.Tests.Hearing;

public sealed class WebhookDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 7, 0, 0, TimeSpan.Zero);
    private static readonly Ulid Payment = Ulid.NewUlid();
    private static readonly Dictionary<string, Finding> NotAsked = [];

    [Theory]
    [InlineData("AUTHORISATION", nameof(PspStep.Sale))]
    [InlineData("AUTHORISATION", nameof(PspStep.Authorize))]
    [InlineData("CAPTURE", nameof(PspStep.Capture))]
    [InlineData("CANCELLATION", nameof(PspStep.Void))]
    [InlineData("TECHNICAL_CANCEL", nameof(PspStep.Void))]
    [InlineData("CANCEL_OR_REFUND", nameof(PspStep.Void))]
    [InlineData("CANCEL_OR_REFUND", nameof(PspStep.Refund))]
    [InlineData("REFUND", nameof(PspStep.Refund))]
    public void Apply_ProofOfSuccess_SettlesAPendingOperationAndAnswers(string code, string step)
    {
        var operation = Pending(Enum.Parse<PspStep>(step));

        var plan = Apply(Event(code, operation), operation);

        plan.Result.ShouldBe(WebhookDecisions.Settled);
        plan.LookAgainIn.ShouldBeNull();
        var settled = plan.Plans.ShouldHaveSingleItem();
        (settled.Verdict, settled.Save).ShouldBe((Verdict.Answer, true));
        (settled.Operation.State, settled.Operation.Outcome).ShouldBe((OperationState.Settled, OutcomeKind.Approved));
        settled.Operation.Version.ShouldBe(operation.Version);
    }

    [Theory]
    [InlineData("AUTHORISATION", nameof(PspStep.Sale), "generic_decline")]
    [InlineData("CAPTURE", nameof(PspStep.Capture), "capture_failed")]
    [InlineData("CANCELLATION", nameof(PspStep.Void), "void_failed")]
    [InlineData("REFUND", nameof(PspStep.Refund), "refund_failed")]
    public void Apply_ProofOfFailure_SettlesItAsDeclined(string code, string step, string reason)
    {
        var operation = Pending(Enum.Parse<PspStep>(step));

        var settled = Apply(Event(code, operation, success: false), operation).Plans.ShouldHaveSingleItem().Operation;

        (settled.State, settled.Outcome, settled.Reason).ShouldBe((OperationState.Settled, OutcomeKind.Declined, reason));
    }

    [Theory]
    [InlineData(1001, "EUR")]
    [InlineData(999, "EUR")]
    [InlineData(1000, "USD")]
    public void Apply_ProofOfAnotherAmount_IsDoubtForAPerson(long value, string currency)
    {
        var operation = Pending(PspStep.Sale);

        var doubt = Apply(Event("AUTHORISATION", operation, value: value, currency: currency), operation)
            .Plans.ShouldHaveSingleItem();

        doubt.Save.ShouldBeTrue();
        (doubt.Operation.State, doubt.Operation.Outcome, doubt.Operation.Reason)
            .ShouldBe((OperationState.Open, OutcomeKind.InDoubt, Reasons.IntegrityMismatch));
    }

    [Fact]
    public void Apply_ProofOfAnotherPaymentUnderOurReference_IsADuplicate()
    {
        var operation = Pending(PspStep.Sale) with { PspReference = "PSP-first" };

        Apply(Event("AUTHORISATION", operation, pspReference: "PSP-second"), operation)
            .Plans.ShouldHaveSingleItem().Operation.Reason.ShouldBe(Reasons.DuplicateAtPsp);
    }

    [Fact]
    public void Apply_ModificationOfAnotherPaymentUnderOurReference_IsAMismatch()
    {
        var operation = Pending(PspStep.Capture);

        Apply(Event("CAPTURE", operation, original: "PSP-of-another"), operation)
            .Plans.ShouldHaveSingleItem().Operation.Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    [Fact]
    public void Apply_ProofWhileTheAnswerIsUnderWay_WinsBecauseItIsCertain()
    {
        var operation = Sent(PspStep.Sale);

        var settled = Apply(Event("AUTHORISATION", operation), operation).Plans.ShouldHaveSingleItem();

        settled.Save.ShouldBeTrue();
        settled.Operation.LeaseOwner.ShouldBeNull();
    }

    [Fact]
    public void Apply_MismatchWhileTheAnswerIsUnderWay_WaitsForIt()
    {
        var operation = Sent(PspStep.Sale);

        var plan = Apply(Event("AUTHORISATION", operation, value: 1), operation);

        (plan.Result, plan.LookAgainIn).ShouldBe((WebhookDecisions.InProgress, WebhookDecisions.Waits[0]));
        plan.Plans.ShouldBeEmpty();
    }

    [Fact]
    public void Apply_WhatIsKnownAlready_DoesNothing()
    {
        var operation = Settled(PspStep.Sale, OutcomeKind.Approved) with { PspReference = "PSP1" };

        var plan = Apply(Event("AUTHORISATION", operation), operation);

        (plan.Result, plan.LookAgainIn).ShouldBe((WebhookDecisions.NothingNew, null));
        plan.Plans.ShouldBeEmpty();
    }

    [Fact]
    public void Apply_AppliedBefore_DoesNothing()
    {
        var operation = Pending(PspStep.Sale);

        WebhookDecisions.Apply(Rows(operation) with { IsOpen = false }, Event("AUTHORISATION", operation), NotAsked)
            .Plans.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("AUTHORISATION", true, nameof(PspStep.Sale), nameof(OutcomeKind.Declined), nameof(OutcomeKind.Approved))]
    [InlineData("AUTHORISATION", true, nameof(PspStep.Sale), nameof(OutcomeKind.NotAttempted), nameof(OutcomeKind.Approved))]
    [InlineData("CAPTURE_FAILED", true, nameof(PspStep.Capture), nameof(OutcomeKind.Approved), nameof(OutcomeKind.Declined))]
    [InlineData("REFUND_FAILED", true, nameof(PspStep.Refund), nameof(OutcomeKind.Approved), nameof(OutcomeKind.Declined))]
    [InlineData("REFUNDED_REVERSED", true, nameof(PspStep.Refund), nameof(OutcomeKind.Approved), nameof(OutcomeKind.Declined))]
    public void Apply_ProofAgainstWhatWasSettled_IsSaidAndNotSaved(
        string code, bool success, string step, string known, string said)
    {
        var operation = Settled(Enum.Parse<PspStep>(step), Enum.Parse<OutcomeKind>(known));

        var plan = Apply(Event(code, operation, success), operation);

        plan.Result.ShouldBe(WebhookDecisions.AgainstSettled);
        var against = plan.Plans.ShouldHaveSingleItem();
        against.Save.ShouldBeFalse("terminal states never regress");
        against.Operation.Outcome.ToString().ShouldBe(said);
    }

    [Theory]
    [InlineData("REFUND", "REFUND_FAILED", nameof(PspStep.Refund))]
    [InlineData("CAPTURE", "CAPTURE_FAILED", nameof(PspStep.Capture))]
    [InlineData("AUTHORISATION", "TECHNICAL_CANCEL", nameof(PspStep.Authorize))]
    public void Apply_TheSuccessThatItsFailureOvertook_IsOldNews(string success, string failure, string step)
    {
        var operation = Pending(Enum.Parse<PspStep>(step));
        var failed = Apply(Event(failure, operation), operation).Plans.ShouldHaveSingleItem().Operation;
        failed.Outcome.ShouldBe(OutcomeKind.Declined);

        var plan = Apply(Event(success, operation), failed);

        plan.Result.ShouldBe(WebhookDecisions.NothingNew);
        plan.Plans.ShouldBeEmpty();
    }

    [Fact]
    public void Apply_ModificationUnderThePaymentsReference_IsFoundByThePsps()
    {
        var capture = Pending(PspStep.Capture) with { PspReference = "PSP1" };
        var sale = Settled(PspStep.Authorize, OutcomeKind.Approved) with { PspReference = "PSP0" };

        var plan = Apply(Event("CAPTURE", sale), capture, sale);

        plan.Plans.ShouldHaveSingleItem().Operation.OperationId.ShouldBe(capture.OperationId);
    }

    [Fact]
    public void Apply_SomebodyElsesRefundOfOurPayment_IsNotOurs()
    {
        var refund = Pending(PspStep.Refund) with { PspReference = "PSP-ours" };

        Apply(Event("REFUND", Pending(PspStep.Sale), pspReference: "PSP-other"), refund).Result.ShouldBe(WebhookDecisions.NoOperation);
    }

    [Fact]
    public void Apply_UnnamedModificationWhileTheAnswerIsUnderWay_WaitsForItsReference() =>
        Apply(Event("REFUND", Pending(PspStep.Sale)), Sent(PspStep.Refund)).Result.ShouldBe(WebhookDecisions.InProgress);

    [Fact]
    public void Apply_TwoPossibleOperations_ChoosesNone()
    {
        var first = Pending(PspStep.Refund) with { PspReference = null };
        var second = first with { OperationId = $"{Payment}/order-1/refund/2", Reference = "another" };

        Apply(Event("REFUND", Pending(PspStep.Sale)), first, second).Result.ShouldBe(WebhookDecisions.NoOperation);
    }

    [Fact]
    public void Apply_NobodyKnowsIt_WaitsLongerAndLongerAndGivesUp()
    {
        var notification = Event("AUTHORISATION", Pending(PspStep.Sale));

        for (var look = 0; look < WebhookDecisions.Waits.Length; look++)
        {
            var plan = WebhookDecisions.Apply(Rows() with { Looks = look }, notification, NotAsked);
            (plan.LookAgainIn, plan.IsUnknown).ShouldBe((WebhookDecisions.Waits[look], false));
        }

        var last = WebhookDecisions.Apply(Rows() with { Looks = WebhookDecisions.Waits.Length }, notification, NotAsked);
        (last.LookAgainIn, last.IsUnknown, last.Result).ShouldBe((null, true, WebhookDecisions.NoOperation));
    }

    [Fact]
    public void IsToAsk_OpenOperation_WhereTheEventIsNoProof()
    {
        var operation = Pending(PspStep.Sale);

        WebhookDecisions.IsToAsk(Hint("payment_intent.succeeded", operation), operation, Now).ShouldBeTrue();
        WebhookDecisions.IsToAsk(Event("AUTHORISATION", operation), operation, Now).ShouldBeFalse();
    }

    [Fact]
    public void IsToAsk_WhileTheAnswerIsUnderWay_IsLeftToIt()
    {
        var operation = Sent(PspStep.Sale);
        var notification = Hint("payment_intent.succeeded", operation);

        WebhookDecisions.IsToAsk(notification, operation, Now).ShouldBeFalse();
        Apply(notification, operation).LookAgainIn.ShouldBe(WebhookDecisions.Waits[0]);
    }

    [Fact]
    public void IsToAsk_RunThatDied_IsAsked()
    {
        var operation = Sent(PspStep.Sale) with { LeaseUntil = Now.AddSeconds(-1) };

        WebhookDecisions.IsToAsk(Hint("payment_intent.succeeded", operation), operation, Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData("payment_intent.succeeded", nameof(OutcomeKind.Approved), false)]
    [InlineData("payment_intent.succeeded", nameof(OutcomeKind.NotAttempted), true)]
    [InlineData("payment_intent.succeeded", nameof(OutcomeKind.ActionRequired), true)]
    [InlineData("payment_intent.payment_failed", nameof(OutcomeKind.Declined), false)]
    [InlineData("payment_intent.payment_failed", nameof(OutcomeKind.Approved), true)]
    [InlineData("payment_intent.processing", nameof(OutcomeKind.Approved), false)]
    public void IsToAsk_SettledOperation_OnlyWhenTheEventSaysOtherwise(string type, string known, bool expected)
    {
        var operation = Settled(PspStep.Sale, Enum.Parse<OutcomeKind>(known));

        WebhookDecisions.IsToAsk(Hint(type, operation), operation, Now).ShouldBe(expected);
    }

    [Theory]
    [InlineData(nameof(PspStep.Sale), "payment_intent.succeeded")]
    [InlineData(nameof(PspStep.Authorize), "payment_intent.amount_capturable_updated")]
    public void Apply_ASecondChargeUnderOurReference_IsSaidAndNotSaved(string step, string type)
    {
        var operation = Settled(Enum.Parse<PspStep>(step), OutcomeKind.Approved) with { PspReference = "PSP-first" };

        var plan = Apply(Hint(type, operation), operation);

        plan.Result.ShouldBe(WebhookDecisions.AgainstSettled);
        var said = plan.Plans.ShouldHaveSingleItem();
        said.Save.ShouldBeFalse();
        (said.Operation.Outcome, said.Operation.Reason, said.Operation.PspReference)
            .ShouldBe((OutcomeKind.InDoubt, Reasons.DuplicateAtPsp, "PSP0"));
    }

    [Theory]
    [InlineData("payment_intent.succeeded", "PSP0", null)]
    [InlineData("payment_intent.succeeded", "graph-id", "PSP0")]
    [InlineData("payment_intent.processing", "PSP-first", null)]
    public void Apply_TheSameChargeAgain_IsNoSecondOne(string type, string pspReference, string? settlementReference)
    {
        var operation = Settled(PspStep.Sale, OutcomeKind.Approved) with
        {
            PspReference = pspReference,
            SettlementReference = settlementReference,
        };

        Apply(Hint(type, operation), operation).Plans.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("payment_intent.succeeded", true)]
    [InlineData("payment_intent.payment_failed", false)]
    [InlineData("payment_intent.processing", false)]
    public void IsToAsk_OperationThatWaitsUnsent_OnlyWhenItIsSaidToHaveHappened(string type, bool expected)
    {
        var operation = Sent(PspStep.Sale).Wait();

        WebhookDecisions.IsToAsk(Hint(type, operation), operation, Now).ShouldBe(expected);
    }

    [Fact]
    public void Apply_OperationThatWaitsUnsentAndHappenedAllTheSame_IsSettled()
    {
        var operation = Sent(PspStep.Sale).Wait();

        var settled = WebhookDecisions.Apply(
            Rows(operation),
            Hint("payment_intent.succeeded", operation),
            new Dictionary<string, Finding>
            {
                [operation.OperationId] = Finding.Known(Outcome.Approved("PSP0", "succeeded", 1000, "EUR")),
            }).Plans.ShouldHaveSingleItem();

        (settled.Save, settled.Operation.State).ShouldBe((true, OperationState.Settled));
    }

    [Fact]
    public void Apply_OperationThatWaitsUnsentAndIsNotThere_GoesOnWaiting()
    {
        var operation = Sent(PspStep.Sale).Wait();
        var notification = Hint("payment_intent.succeeded", operation);

        var absent = WebhookDecisions.Apply(
            Rows(operation),
            notification,
            new Dictionary<string, Finding> { [operation.OperationId] = Finding.Absent(TimeSpan.Zero) });
        var notAsked = WebhookDecisions.Apply(Rows(operation), notification, NotAsked);

        (absent.Result, absent.LookAgainIn).ShouldBe((WebhookDecisions.NotCertain, WebhookDecisions.Waits[0]));
        (notAsked.Result, notAsked.LookAgainIn).ShouldBe((WebhookDecisions.InProgress, WebhookDecisions.Waits[0]));
        absent.Plans.Concat(notAsked.Plans).ShouldBeEmpty();
    }

    [Fact]
    public void Apply_SomebodyElsesCaptureWhileOursWaitsUnsent_IsNotOurs() =>
        Apply(Event("CAPTURE", Pending(PspStep.Capture) with { Reference = "somebody" }), Sent(PspStep.Capture).Wait())
            .Result.ShouldBe(WebhookDecisions.NoOperation);

    [Fact]
    public void Apply_WhatThePspSaysWhenAsked_SettlesEachOperation()
    {
        var (authorization, capture) = (Settled(PspStep.Authorize, OutcomeKind.Approved), Pending(PspStep.Capture));
        var notification = Hint("payment_intent.succeeded", authorization);

        var plan = WebhookDecisions.Apply(Rows(authorization, capture), notification, new Dictionary<string, Finding>
        {
            [capture.OperationId] = Finding.Known(Outcome.Approved("PSP0", "succeeded", 1000, "EUR")),
        });

        plan.Result.ShouldBe(WebhookDecisions.Settled);
        plan.Plans.ShouldHaveSingleItem().Operation.OperationId.ShouldBe(capture.OperationId);
    }

    [Fact]
    public void Apply_ThePspDoesNotAnswer_AsksAgainLater()
    {
        var operation = Pending(PspStep.Sale);

        var plan = WebhookDecisions.Apply(
            Rows(operation),
            Hint("payment_intent.succeeded", operation),
            new Dictionary<string, Finding> { [operation.OperationId] = Finding.Unclear(Reasons.NoAnswer) });

        (plan.Result, plan.LookAgainIn).ShouldBe((WebhookDecisions.NotCertain, WebhookDecisions.Waits[0]));
        plan.Plans.ShouldBeEmpty("no answer is not in doubt anew");
    }

    [Fact]
    public void Apply_ThePspSaysAnotherAmountWhenAsked_IsDoubtForAPerson()
    {
        var operation = Pending(PspStep.Sale);

        WebhookDecisions.Apply(
            Rows(operation),
            Hint("payment_intent.succeeded", operation),
            new Dictionary<string, Finding>
            {
                [operation.OperationId] = Finding.Known(Outcome.InDoubt(Reasons.IntegrityMismatch)),
            }).Plans.ShouldHaveSingleItem().Operation.Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    [Fact]
    public void Json_OfANotification_ReadsBackAsTheSame()
    {
        var notification = Event("CAPTURE", Pending(PspStep.Capture));

        var again = WebhookJson.Read(WebhookJson.Write(notification));

        WebhookJson.Write(again).ShouldBe(WebhookJson.Write(notification));
        again.Claims.ShouldBe(notification.Claims);
    }

    private static WebhookPlan Apply(WebhookNotification notification, params Operation[] operations) =>
        WebhookDecisions.Apply(Rows(operations), notification, NotAsked);

    private static WebhookRows Rows(params Operation[] operations) =>
        new(Now, IsOpen: true, Looks: 0, operations.ToDictionary(o => o.OperationId));

    private static WebhookNotification Event(
        string code,
        Operation operation,
        bool success = true,
        string pspReference = "PSP1",
        string? original = null,
        long value = 1000,
        string currency = "EUR")
    {
        var isCharge = code == "AUTHORISATION";
        var item = AdyenItem(
            code, success, operation.Reference!, pspReference, original ?? (isCharge ? "" : "PSP0"), value, currency);
        return new AdyenWebhooks().Parse(AdyenDelivery(item).Body).Single();
    }

    private static WebhookNotification Hint(string type, Operation operation) => new StripeWebhooks().Parse(Delivery($$$"""
        {"id":"evt_1","type":"{{{type}}}","data":{"object":
        {"id":"PSP0","object":"payment_intent","metadata":{"operation_id":"{{{operation.Reference}}}"}} }}
        """).Body).Single();

    private static Operation Pending(PspStep step) =>
        Sent(step) with { State = OperationState.Open, Outcome = OutcomeKind.Pending, LeaseOwner = null, LeaseUntil = null };

    private static Operation Settled(PspStep step, OutcomeKind outcome) =>
        Pending(step) with { State = OperationState.Settled, Outcome = outcome };

    private static Operation Sent(PspStep step)
    {
        var id = $"{Payment}/order-1/{Words.Of(step)}/1";
        return Proposed.Operation(
            id,
            Payment,
            "order-1",
            step,
            "adyen-eu",
            new Money(1000, Currency.Eur),
            step is PspStep.Sale or PspStep.Authorize ? null : "PSP0") with
        {
            Version = 1,
            Reference = $"reference-of-{Words.Of(step)}",
            LeaseOwner = Ulid.NewUlid().ToGuid(),
            LeaseUntil = Now.AddSeconds(10),
        };
    }
}
