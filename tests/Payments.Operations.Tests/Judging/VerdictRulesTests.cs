using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;
using Payments.Operations.Judging;
using Payments.Operations.Views;

namespace Payments.Operations.Tests.Judging;

/// <summary>A row per rule: a letter, what is known of it, and what is to be said of it.</summary>
public sealed class VerdictRulesTests
{
    private const string Credit = "pay/credit/1";
    private const string Charge = "pay/o-1/charge/1";
    private const string Capture = "pay/o-1/capture/1";
    private const string Refund = "pay/o-1/refund/2";
    private const string Control = "executor-stripe-a-control";

    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-31T13:00:00Z");
    private static readonly Ulid Payment = Ulid.NewUlid(Now.AddMinutes(-10));
    private static readonly Ulid Other = Ulid.NewUlid(Now.AddMinutes(-20));
    private static readonly Ulid Message = Ulid.NewUlid(Now.AddMinutes(-5));

    private static readonly Dictionary<string, (JudgedLetter Letter, Facts Facts, string Verdict, string Because)> Cases = new()
    {
        // Whatever else is known.
        ["masked"] = (Letter("CreditWallets", Routes.Wallets, Credit) with { CardNumbers = 1 }, Settled(), "unknown", "A card number"),
        ["uncertain, where an inbox knows"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Crediting", Credit) with { LastReplay = Replay("uncertain") }, "safe", "The saga waits for exactly"),
        ["uncertain, and settled since"] = (Letter("CreditWallets", Routes.Wallets, Credit), Settled() with { LastReplay = Replay("uncertain") }, "no_op", "The inbox knows it"),
        ["uncertain, where nobody knows"] = (Letter("CreditWallets", "somebody-elses", Credit), Saga("Crediting", Credit) with { LastReplay = Replay("uncertain") }, "unknown", "It is not known whether its last replay"),
        ["replayed before"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Crediting", Credit) with { LastReplay = Replay("not_sent") }, "safe", "The saga waits for exactly"),
        ["foreign"] = (Letter("CreditWallets", "somebody-elses", Credit), Settled(), "unknown", "Its queue is not one of ours"),
        ["foreign exchange"] = (Unrouted("CreditWallets", "somebody-elses"), Saga("Crediting", Credit), "unknown", "Its queue is not one of ours"),
        ["nobody listens"] = (Unrouted("PaymentCompleted", "Payments.Contracts:PaymentCompleted"), Saga("Completed"), "stale", "No queue is bound"),
        ["no type"] = (Letter("CreditWallets", Routes.Wallets, Credit) with { MessageType = null }, Saga("Crediting", Credit), "unknown", "It does not say"),
        ["skipped"] = (Letter("RecordJournal", Routes.Wallets, Credit), Saga("Crediting", Credit), "unknown", "Its queue has no consumer"),
        ["not ours by name"] = (Letter("CreditWallets", Routes.Wallets, Credit) with { MessageType = "Toy:CreditWallets" }, Saga("Crediting", Credit), "unknown", "Its queue has no consumer"),
        ["query"] = (Letter("GetPayment", Routes.Queries), Known(), "stale", "It is a question"),
        ["route"] = (Letter("ExplainRoute", Routes.Routing), Known(), "stale", "It is a question"),
        ["breaker"] = (Letter("PspBreakerChanged", Routes.Routing), Known(), "stale", "A breaker"),

        // The inbox.
        ["settled"] = (Letter("CreditWallets", Routes.Wallets, Credit), Settled(), "no_op", "The inbox knows it"),
        ["no id"] = (Letter("CreditWallets", Routes.Wallets, Credit) with { MessageId = null }, Saga("Crediting", Credit), "unknown", "It has no message id"),
        ["foreign id"] = (Letter("CreditWallets", Routes.Wallets, Credit) with { MessageId = "x-7" }, Saga("Crediting", Credit), "unknown", "It has no message id"),
        ["too old"] = (Old("CreditWallets", 31), Saga("Crediting", Credit), "unknown", "Its message id is outside"),
        ["random id"] = (Letter("CreditWallets", Routes.Wallets, Credit) with { MessageId = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6" }, Saga("Crediting", Credit), "unknown", "Its message id is outside"),
        ["old enough"] = (Old("CreditWallets", 29), Saga("Crediting", Credit), "safe", "The saga waits for exactly"),
        ["too old, and done"] = (Old("CreditWallets", 31), Saga("Recording") with { Wallets = Credited() }, "no_op", "It was carried out"),

        // Wallets and ledger.
        ["credited"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Crediting", Credit) with { Wallets = Credited() }, "no_op", "It was carried out"),
        ["tombstone"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Crediting", Credit) with { Wallets = Tombstone() }, "stale", "Its undo came first"),
        ["awaited credit"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Crediting", Credit), "safe", "The saga waits for exactly"),
        ["awaited while parked"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Parked", Credit), "safe", "The saga waits for exactly"),
        ["unwanted credit"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Failed"), "dangerous", "It would credit sellers"),
        ["credit of another batch"] = (Letter("CreditWallets", Routes.Wallets, Credit), Saga("Crediting", "pay/credit/2"), "dangerous", "It would credit sellers"),
        ["unwanted credit, too late"] = (Letter("CreditWallets", Routes.Wallets, Credit) with { Message = NotAfter(-1) }, Saga("Failed"), "stale", "Its time has passed"),
        ["credit of nobody"] = (Letter("CreditWallets", Routes.Wallets, Credit), Known(), "dangerous", "It would move money of a payment"),
        ["unwanted reversal"] = (Letter("ReverseCredits", Routes.Wallets, "pay/reverse-credit/2"), Saga("Completed"), "dangerous", "It would take credits back"),
        ["recorded"] = (Letter("RecordJournal", Routes.Ledger, "pay/journal-capture/2"), Saga("Recording", "pay/journal-capture/2") with { Ledger = Recorded() }, "no_op", "It was carried out"),
        ["awaited journal"] = (Letter("RecordJournal", Routes.Ledger, "pay/journal-capture/2"), Saga("Recording", "pay/journal-capture/2"), "safe", "The saga waits for exactly"),
        ["unwanted journal"] = (Letter("RecordJournal", Routes.Ledger, "pay/journal-capture/2"), Saga("Completed"), "dangerous", "It would write a journal"),
        ["seller's first setting"] = (Seller(), Known(), "safe", "The seller has no setting"),
        ["seller's newer setting"] = (Seller(), Known() with { Seller = Setting(Now) }, "dangerous", "The seller has a newer setting"),
        ["seller's older setting"] = (Seller(), Known() with { Seller = Setting(Now.AddHours(-1)) }, "safe", "It is newer"),
        ["seller's newer setting is a letter"] = (Seller(), Known() with { Seller = Setting(Now.AddHours(-1)), NewestSetting = new(Other, Ulid.NewUlid(Now)) }, "dangerous", "A newer setting of the seller is a letter"),
        ["seller's newer setting is a letter, the first"] = (Seller(), Known() with { NewestSetting = new(Other, Ulid.NewUlid(Now)) }, "dangerous", "A newer setting of the seller is a letter"),
        ["seller's newest setting is this letter"] = (Seller(), Known() with { NewestSetting = new(Other, Message) }, "safe", "The seller has no setting"),

        // The executor.
        ["awaited charge"] = (Psp("ChargeOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)), "safe", "The saga waits for exactly this operation."),
        ["awaited charge, too late"] = (Psp("ChargeOrder", Charge) with { Message = NotAfter(-1) }, Saga("Capturing", order: Order("Charging", Charge)), "safe", "The saga waits for exactly this operation; its time"),
        ["charge after failing over"] = (Psp("ChargeOrder", Charge) with { Message = NotAfter(1) }, Saga("Capturing", order: Order("Charging", "pay/o-1/charge/2")), "dangerous", "It would take money"),
        ["charge of the captured"] = (Psp("ChargeOrder", Charge) with { Message = NotAfter(1) }, Saga("Completed", order: Order("Recorded", Charge)), "dangerous", "It would take money"),
        ["unwanted charge, too late"] = (Psp("ChargeOrder", Charge) with { Message = NotAfter(-1) }, Saga("Completed", order: Order("Recorded", Charge)), "stale", "Its time has passed"),
        ["charge of nobody"] = (Psp("ChargeOrder", Charge) with { Message = NotAfter(1) }, Known(), "dangerous", "It would move money of a payment"),
        ["charge settled"] = (Psp("ChargeOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)) with { Operation = Operation("settled", "approved") }, "no_op", "Its operation has an end"),
        ["charge abandoned"] = (Psp("ChargeOrder", Charge), Saga("Failed", order: Order("Voided", Charge)) with { Operation = Operation("abandoned") }, "stale", "Its operation was undone"),
        ["charge in doubt"] = (Psp("ChargeOrder", Charge), Saga("Resolving", order: Order("Charging", Charge)) with { Operation = Operation("open", "in_doubt") }, "no_op", "Its operation was begun and has no certain end"),
        ["charge under way"] = (Psp("ChargeOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)) with { Operation = Operation("sent", lease: 1) }, "no_op", "Its operation is being carried out"),
        ["charge broken off"] = (Psp("ChargeOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)) with { Operation = Operation("sent", lease: -1) }, "safe", "Its operation was begun and came to no end, and the saga"),
        ["charge broken off, too late"] = (Psp("ChargeOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)) with { Operation = Operation("sent", lease: -1, notAfter: -1) }, "safe", "Its operation was begun and came to no end, and its time"),
        ["charge broken off, unwanted"] = (Psp("ChargeOrder", Charge), Saga("Failed", order: Order("Voided", "pay/o-1/void/1")) with { Operation = Operation("sent", lease: -1) }, "dangerous", "Its operation was begun and came to no end: it would"),
        ["charge waiting"] = (Psp("ChargeOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)) with { Operation = Operation("waiting", notAfter: 1) }, "safe", "The saga waits for exactly"),
        ["continue"] = (Psp("ContinueOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)) with { Operation = Operation("waiting", notAfter: 1) }, "safe", "The saga waits for exactly"),
        ["continue what is sent"] = (Psp("ContinueOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)) with { Operation = Operation("sent", lease: -1) }, "safe", "Its operation was begun and came to no end, and the saga"),
        ["continue what is open"] = (Psp("ContinueOrder", Charge), Saga("Resolving", order: Order("Charging", Charge, "InDoubt")) with { Operation = Operation("open", "in_doubt") }, "stale", "The operation does not wait"),
        ["continue what is sent and unwanted"] = (Psp("ContinueOrder", Charge), Saga("Failed", order: Order("Voided", "pay/o-1/void/1")) with { Operation = Operation("sent", lease: -1) }, "dangerous", "Its operation was begun and came to no end: it would"),
        ["capture of the turned back"] = (Psp("CaptureOrder", Capture) with { Message = NotAfter(1) }, Saga("Resolving", order: Order("Capturing", Capture, "InDoubt"), reason: "capture_refused"), "dangerous", "The payment is being turned back"),
        ["capture of the turned back, broken off"] = (Psp("CaptureOrder", Capture) with { Message = NotAfter(1) }, Saga("Resolving", order: Order("Capturing", Capture, "InDoubt"), reason: "capture_refused") with { Operation = Operation("sent", lease: -1, id: Capture) }, "dangerous", "The payment is being turned back"),
        ["capture of the turned back, silent"] = (Psp("CaptureOrder", Capture) with { Message = NotAfter(1) }, Saga("Aborting", order: Order("Capturing", Capture), reason: "capture_refused"), "safe", "The saga waits for exactly"),
        ["continue nothing"] = (Psp("ContinueOrder", Charge), Saga("Capturing", order: Order("Charging", Charge)), "unknown", "The executor does not know"),
        ["awaited refund"] = (Letter("RefundOrder", Control, Refund), Saga("Refunding", order: Order("Refunding", Refund)), "safe", "The saga waits for exactly"),
        ["awaited refund after a refused one"] = (Letter("RefundOrder", Control, Refund), Saga("Refunding", order: Order("Refunding", Refund)) with { OtherRefunds = [Operation("settled", "declined", id: "pay/o-1/refund/1")] }, "safe", "The saga waits for exactly"),
        ["refund after a refund"] = (Letter("RefundOrder", Control, Refund), Saga("Refunding", order: Order("Refunding", Refund)) with { OtherRefunds = [Operation("settled", "approved", id: "pay/o-1/refund/1")] }, "dangerous", "Another refund"),
        ["refund beside one in doubt"] = (Letter("RefundOrder", Control, Refund), Saga("Refunding", order: Order("Refunding", Refund)) with { OtherRefunds = [Operation("open", "in_doubt", id: "pay/o-1/refund/1")] }, "dangerous", "Another refund"),
        ["refund that is done"] = (Letter("RefundOrder", Control, Refund), Saga("Failed", order: Order("Refunded", Refund)) with { Operation = Operation("settled", "approved", id: Refund) }, "no_op", "Its operation has an end"),
        ["unwanted refund"] = (Letter("RefundOrder", Control, Refund), Saga("Completed", order: Order("Recorded", Charge)), "dangerous", "It would give the buyer money back"),
        ["unwanted void"] = (Letter("VoidOrder", Control, "pay/o-1/void/1"), Saga("Completed", order: Order("Recorded", Charge)), "dangerous", "It would release"),
        ["void of nothing"] = (Letter("VoidOrder", Control, "pay/o-1/void/1"), Saga("Failed", order: Order("Declined", Charge)), "stale", "Nothing is held"),
        ["awaited question"] = (Letter("ResolveOrder", Control, Charge), Saga("Resolving", order: Order("Charging", Charge, "InDoubt")) with { Operation = Operation("open", "in_doubt") }, "safe", "The saga waits for the answer"),
        ["question nobody asks"] = (Letter("ResolveOrder", Control, Charge), Saga("Completed", order: Order("Recorded", Charge)) with { Operation = Operation("settled", "approved") }, "stale", "Nobody waits"),
        ["question that may send"] = (Letter("ResolveOrder", Control, Charge) with { Message = new() { Forward = true } }, Saga("Failed", order: Order("Voided", "pay/o-1/void/1")) with { Operation = Operation("open", "in_doubt") }, "dangerous", "The saga does not wait for the answer"),
        ["question that only looks"] = (Letter("ResolveOrder", Control, Charge) with { Message = new() { Forward = false } }, Saga("Failed", order: Order("Voided", "pay/o-1/void/1")) with { Operation = Operation("open", "in_doubt") }, "stale", "Nobody waits"),
        ["question of nobody"] = (Letter("ResolveOrder", Control, Charge), Known(), "unknown", "The saga does not know the payment"),
        ["notification waiting"] = (Webhook(), Known() with { Webhook = Notification("waiting") }, "safe", "The PSP's notification is not applied"),
        ["notification applied"] = (Webhook(), Known() with { Webhook = Notification("applied") }, "no_op", "The PSP's notification was applied"),
        ["notification of nothing"] = (Webhook(), Known() with { Webhook = Notification("unknown") }, "stale", "The PSP's notification is about"),
        ["notification lost"] = (Webhook(), Known(), "unknown", "The notification that it is about"),

        // The saga.
        ["awaited answer"] = (Answer("OrderCaptured", Charge), Saga("Capturing", order: Order("Charging", Charge)), "safe", "The saga waits for exactly this answer."),
        ["awaited answer, unrouted"] = (Unrouted("OrderCaptured", "Payments.Contracts:OrderCaptured") with { OperationId = Charge }, Saga("Capturing", order: Order("Charging", Charge)), "safe", "The saga waits for exactly this answer."),
        ["answer while reversing"] = (Answer("OrderDeclined", Charge), Saga("ReversingWallets", order: Order("Charging", Charge)), "stale", "The saga does not wait for this answer"),
        ["answer that it has"] = (Answer("OrderCaptured", Charge), Saga("Completed", order: Order("Recorded", Charge, outcomes: "charge/1=OrderCaptured")), "no_op", "The saga has this answer"),
        ["late money"] = (Answer("OrderCaptured", Charge), Saga("Failed", order: Order("NotAttempted", Charge, outcomes: "charge/1=OrderNotAttempted")), "safe", "No order waits for it, but it tells of money"),
        ["late contradiction"] = (Answer("OrderDeclined", Charge), Saga("Completed", order: Order("Recorded", Charge, outcomes: "charge/1=OrderCaptured")), "safe", "No order waits for it, but it tells of money"),
        ["late no"] = (Answer("OrderDeclined", Charge), Saga("Completed", order: Order("Recorded", "pay/o-1/charge/2", outcomes: "charge/1=OrderNotAttempted charge/2=OrderCaptured")), "stale", "The saga does not wait for this answer"),
        ["late doubt"] = (Answer("OrderInDoubt", Charge), Saga("Completed", order: Order("Recorded", Charge)), "stale", "The saga does not wait for this answer"),
        ["late evidence of two charges"] = (Answer("OrderInDoubt", Charge) with { Message = new() { Reason = "duplicate_at_psp" } }, Saga("Completed", order: Order("Recorded", Charge)), "safe", "No order waits for it, but it tells of money"),
        ["refunded by the one before"] = (Answer("OrderRefunded", "pay/o-1/refund/1"), Saga("Refunding", order: Order("Refunding", Refund, "RefusedForNow")), "safe", "The saga waits for exactly this answer."),
        ["no such order"] = (Answer("OrderCaptured", Charge) with { OrderId = "o-9" }, Saga("Capturing", order: Order("Charging", Charge)), "unknown", "The payment has no such order"),
        ["answer to the rejected"] = (Answer("OrderCaptured", Charge), Saga("Rejected"), "stale", "The saga waits for no such answer"),
        ["answer of nobody"] = (Answer("OrderCaptured", Charge), Known(), "unknown", "The saga does not know the payment"),
        ["awaited batch"] = (Letter("WalletsCredited", Routes.PaymentSaga, Credit), Saga("Crediting", Credit), "safe", "The saga waits for exactly this answer."),
        ["batch of before"] = (Letter("WalletsCredited", Routes.PaymentSaga, Credit), Saga("Recording", "pay/journal-capture/2"), "stale", "The saga does not wait for this answer"),
        ["awaited refund journal"] = (Letter("JournalRecorded", Routes.PaymentSaga, "pay/journal-refund/3"), Saga("RecordingRefund", "pay/journal-refund/3"), "safe", "The saga waits for exactly this answer."),
        ["armed deadline"] = (Deadline(7), Saga("Crediting", Credit, epoch: 7), "safe", "The deadline is the one"),
        ["older deadline"] = (Deadline(6), Saga("Crediting", Credit, epoch: 7), "stale", "The deadline is not armed"),
        ["deadline of the ended"] = (Deadline(7), Saga("Completed", epoch: 7), "stale", "The payment has ended"),
        ["deadline of no number"] = (Letter("PaymentDeadlineReached", Routes.PaymentSaga), Saga("Crediting", Credit), "unknown", "It does not say which"),
        ["start of the started"] = (Letter("StartPayment", Routes.PaymentSaga), Saga("Capturing"), "no_op", "The saga has the payment"),
        ["start of the accepted"] = (Letter("StartPayment", Routes.PaymentSaga), Known() with { Intake = Taken(Payment) }, "safe", "Intake has the payment"),
        ["start of nobody"] = (Letter("StartPayment", Routes.PaymentSaga), Known(), "unknown", "Intake does not know"),
        ["resume the parked"] = (Letter("ResumePayment", Routes.PaymentSaga), Saga("Parked", since: Now.AddMinutes(-6)), "safe", "The payment is parked"),
        ["resume what is parked again"] = (Letter("ResumePayment", Routes.PaymentSaga), Saga("Parked", since: Now.AddMinutes(-4)), "unknown", "The payment was parked again"),
        ["resume what goes on"] = (Letter("ResumePayment", Routes.PaymentSaga), Saga("Refunding"), "stale", "The payment is not parked"),

        // The front door.
        ["fresh request"] = (Request(), Known(), "safe", "No payment was started"),
        ["request of yesterday"] = (Request() with { FailedAt = Now.AddHours(-25) }, Known(), "unknown", "The request is older"),
        ["request that says so itself"] = (Request() with { Message = new() { IsRead = true, RequestedAt = Now.AddHours(-25) } }, Known(), "unknown", "The request is older"),
        ["unreadable request"] = (Request() with { Message = new() }, Known(), "unknown", "The body does not name"),
        ["nameless request"] = (Request() with { PaymentId = null }, Known(), "unknown", "The body does not name"),
        ["accepted request"] = (Request(), Known() with { Intake = Taken(Payment) }, "no_op", "Its payment was accepted:"),
        ["alias"] = (Request(), Known() with { Alias = new() { PaymentId = Payment, OriginalPaymentId = Other } }, "no_op", "Its payment was accepted under another id"),
        ["rejected request"] = (Request(), Known() with { Rejection = new() { PaymentId = Payment } }, "no_op", "Its payment was rejected"),
        ["key of another"] = (Request(), Known() with { KeyOwner = Taken(Other) }, "no_op", "The merchant's key"),
        ["unrouted request"] = (Request() with { Destination = Destination.Of("Payments.Contracts:PaymentRequested", LetterReason.Unrouted) }, Known(), "safe", "No payment was started"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Judge_ALetter_IsAsTheRuleSays(string name)
    {
        var (letter, facts, verdict, because) = Cases[name];

        var judged = VerdictRules.Judge(letter, facts);

        judged.Because.ShouldStartWith(because);
        judged.Verdict.ShouldBe(verdict);
        judged.JudgedAt.ShouldBe(Now);
        judged.LetterId.ShouldBe(letter.LetterId);
        // A reason is the group's; what differs from letter to letter is evidence.
        foreach (var own in (string?[])[letter.MessageId, letter.OperationId, letter.PaymentId?.ToString(), letter.OrderId])
            judged.Because.ShouldNotContain(own ?? "no such id");
        judged.Evidence.ShouldNotBeEmpty();
        judged.Evidence.ShouldAllBe(e => e.Sentence.EndsWith('.'));
    }

    [Fact]
    public void Judge_WhatTheInboxKnows_SaysWhenAndTheAnswers()
    {
        var judged = VerdictRules.Judge(Letter("CreditWallets", Routes.Wallets, Credit), Settled());

        var inbox = judged.Evidence.Single(e => e.Source == "inbox");
        inbox.Sentence.ShouldBe("wallets settled it at 2026-01-31 12:59:00Z and answered with WalletsCredited.");
        inbox.Data["answers"].Deserialize<string[]>().ShouldBe(["WalletsCredited"]);
        inbox.Data["settledAt"].GetDateTimeOffset().ShouldBe(Now.AddMinutes(-1));
    }

    [Fact]
    public void Judge_WhatWalletsCarriedOut_ShowsTheAnswerGivenThen()
    {
        var judged = VerdictRules.Judge(
            Letter("CreditWallets", Routes.Wallets, Credit), Saga("Recording") with { Wallets = Credited() });

        judged.Evidence.Single(e => e.Source == "wallets").Data["answer"].GetProperty("credited")[0].GetString().ShouldBe("o-1");
    }

    private static JudgedLetter Letter(string type, string queue, string? operationId = null) => new()
    {
        LetterId = Ulid.NewUlid(Now),
        Destination = Destination.Of(queue, LetterReason.Fault),
        MessageId = Message.ToGuid().ToString(),
        MessageType = $"Payments.Contracts:{type}",
        PaymentId = Payment,
        OrderId = "o-1",
        OperationId = operationId,
        FailedAt = Now.AddMinutes(-4),
    };

    private static JudgedLetter Unrouted(string type, string exchange) => Letter(type, Routes.PaymentSaga, Credit) with
    {
        Destination = Destination.Of(exchange, LetterReason.Unrouted),
    };

    private static JudgedLetter Old(string type, int days) => Letter(type, Routes.Wallets, Credit) with
    {
        MessageId = Ulid.NewUlid(Now.AddDays(-days)).ToGuid().ToString(),
    };

    private static JudgedLetter Psp(string type, string operationId) => Letter(type, "executor-stripe-a", operationId);

    private static JudgedLetter Answer(string type, string operationId) => Letter(type, Routes.PaymentSaga, operationId);

    private static JudgedLetter Deadline(int epoch) => Letter("PaymentDeadlineReached", Routes.PaymentSaga) with
    {
        Message = new() { Epoch = epoch },
    };

    private static JudgedLetter Seller() => Letter("UpdateSeller", Routes.Wallets) with { PaymentId = null, SellerId = "s-1" };

    private static JudgedLetter Webhook() => Letter("ApplyWebhook", Control) with { PaymentId = null };

    private static JudgedLetter Request() => Letter("PaymentRequested", Routes.FrontDoor) with
    {
        MessageId = null,
        MerchantId = "m-1",
        Message = new() { IsRead = true, IdempotencyKey = "k-1" },
    };

    private static LetterMessage NotAfter(int minutes) => new() { NotAfter = Now.AddMinutes(minutes) };

    private static Facts Known() => new() { Now = Now };

    private static Facts Settled() => Saga("Crediting", Credit) with
    {
        Inbox = new InboxFact(Now.AddMinutes(-1), ["WalletsCredited"]),
    };

    private static Facts Saga(
        string state, string? step = null, OrderView? order = null, int epoch = 0, DateTimeOffset? since = null,
        string? reason = null) => new()
        {
            Now = Now,
            Payment = new PaymentView
            {
                PaymentId = Payment,
                State = state,
                StepOperationId = step,
                DeadlineEpoch = epoch,
                StateSince = since,
                FulfilmentPolicy = "AllOrNothing",
                Reason = reason,
            },
            Orders = order is null ? [] : [order],
        };

    private static OrderView Order(string status, string operationId, string doubt = "None", string? outcomes = null) => new()
    {
        PaymentId = Payment,
        OrderId = "o-1",
        SellerId = "s-1",
        Currency = "EUR",
        Status = status,
        Doubt = doubt,
        OperationId = operationId,
        Outcomes = outcomes,
    };

    private static PspOperationView Operation(
        string state, string? outcome = null, int lease = 0, int? notAfter = null, string id = Charge) => new()
        {
            OperationId = id,
            OrderId = "o-1",
            Kind = "charge",
            Connection = "stripe-a",
            State = state,
            Outcome = outcome,
            Forward = true,
            LeaseUntil = Now.AddMinutes(lease),
            NotAfter = notAfter is { } minutes ? Now.AddMinutes(minutes) : null,
        };

    private static WalletsOperationView Credited() => new()
    {
        OperationId = Credit,
        Kind = "credit",
        RecordedAt = Now.AddMinutes(-2),
        Answer = """{"credited":["o-1"],"rejected":[]}""",
    };

    private static WalletsOperationView Tombstone() => new()
    {
        OperationId = Credit,
        Kind = "credit",
        RecordedAt = Now.AddMinutes(-2),
        Tombstone = true,
    };

    private static LedgerOperationView Recorded() => new()
    {
        OperationId = "pay/journal-capture/2",
        Kind = "Capture",
        Answer = """{"recorded":["o-1"],"rejected":[]}""",
    };

    private static SellerView Setting(DateTimeOffset at) => new() { SellerId = "s-1", Closed = true, UpdatedAt = at };

    private static WebhookView Notification(string state) => new() { State = state };

    private static IntakeView Taken(Ulid payment) => new()
    {
        PaymentId = payment,
        MerchantId = "m-1",
        IdempotencyKey = "k-1",
        AcceptedAt = Now.AddMinutes(-3),
    };

    private static DeadLetterReplayView Replay(string outcome) => new()
    {
        State = "settled",
        Destination = Routes.Wallets,
        Verdict = "safe",
        Judged = "{}",
        RequestedBy = "ann",
        Reason = "mended",
        Outcome = outcome,
    };
}
