using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;
using Payments.Operations.Judging;
using Payments.Operations.Views;

namespace Payments.Operations.Tests.Judging;

/// <summary>A row per rule: a replay claimed at noon, what is known of its work, and what became of it.</summary>
public sealed class OutcomeRulesTests
{
    private const string Charge = "pay/o-1/charge/1";

    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-01-31T12:00:00Z");
    private static readonly DateTimeOffset Before = Noon.AddSeconds(-1);
    private static readonly DateTimeOffset After = Noon.AddSeconds(1);
    private static readonly Ulid Payment = Ulid.NewUlid(Noon);
    private static readonly Ulid Message = Ulid.NewUlid(Noon);

    private static readonly Dictionary<string, (JudgedLetter Letter, Facts Facts, HistoryView[] History, string? Outcome)> Cases = new()
    {
        ["not consumed"] = (Letter("CreditWallets", Routes.Wallets), Facts(null), [], null),
        ["done, but not consumed"] = (Letter("CreditWallets", Routes.Wallets), Facts(null) with { Wallets = Credited(Before) }, [], null),
        ["settled before"] = (Letter("CreditWallets", Routes.Wallets), Facts(Before) with { Wallets = Credited(Before) }, [], "no_op"),
        ["carried out before"] = (Letter("CreditWallets", Routes.Wallets), Facts(After) with { Wallets = Credited(Before) }, [], "no_op"),
        ["carried out"] = (Letter("CreditWallets", Routes.Wallets), Facts(After) with { Wallets = Credited(After) }, [], "succeeded"),
        ["abandoned"] = (Letter("CreditWallets", Routes.Wallets), Facts(After) with { Wallets = Tombstone() }, [], "superseded"),
        ["recorded"] = (Letter("RecordJournal", Routes.Ledger), Facts(After) with { Ledger = Recorded(After) }, [], "succeeded"),
        ["recorded before"] = (Letter("RecordJournal", Routes.Ledger), Facts(After) with { Ledger = Recorded(Before) }, [], "no_op"),
        ["seller"] = (Letter("UpdateSeller", Routes.Wallets), Facts(After), [], "succeeded"),

        ["charged"] = (Letter("ChargeOrder", "executor-x", Charge), Facts(After) with { Operation = Operation("settled", "approved", After) }, [], "succeeded"),
        ["charged before"] = (Letter("ChargeOrder", "executor-x", Charge), Facts(After) with { Operation = Operation("settled", "approved", Before) }, [], "no_op"),
        ["in doubt"] = (Letter("ChargeOrder", "executor-x", Charge), Facts(After) with { Operation = Operation("open", "in_doubt", null) }, [], "succeeded"),
        ["too late"] = (Letter("ChargeOrder", "executor-x", Charge), Facts(After) with { Operation = Operation("settled", "not_attempted", After, "not_after_passed") }, [], "superseded"),
        ["undone before"] = (Letter("ChargeOrder", "executor-x", Charge), Facts(After) with { Operation = Operation("abandoned", null, Before) }, [], "superseded"),
        ["asked"] = (Letter("ResolveOrder", "executor-x-control", Charge), Facts(After) with { Operation = Operation("settled", "approved", Before) }, [], "succeeded"),

        ["moved"] = (Letter("WalletsCredited", Routes.PaymentSaga), Facts(After), [Entry(4, "Crediting", "Recording", "WalletsCredited", "RecordJournal")], "succeeded"),
        ["ignored"] = (Letter("WalletsCredited", Routes.PaymentSaga), Facts(After), [Entry(4, "Recording", "Recording", "WalletsCredited")], "superseded"),
        ["no history"] = (Letter("WalletsCredited", Routes.PaymentSaga), Facts(After), [], "superseded"),
        ["started"] = (Letter("StartPayment", Routes.PaymentSaga), Facts(After), [Entry(1, "Initial", "Capturing", "StartPayment", "ChargeOrder")], "succeeded"),
        ["started before"] = (Letter("StartPayment", Routes.PaymentSaga), Facts(After), [Entry(4, "Capturing", "Capturing", "StartPayment")], "no_op"),
        ["late"] = (Letter("OrderCaptured", Routes.PaymentSaga, Charge), Facts(After), [Entry(4, "Failed", "Failed", "OrderCaptured", "LateOutcomeObserved")], "superseded"),
        ["one of several"] = (Letter("OrderCaptured", Routes.PaymentSaga, Charge), Facts(After, "charge/1=OrderCaptured"), [Entry(4, "Capturing", "Capturing", "OrderCaptured")], "succeeded"),
        ["one that did not count"] = (Letter("OrderCaptured", Routes.PaymentSaga, Charge), Facts(After, "charge/1=OrderDeclined"), [Entry(4, "Capturing", "Capturing", "OrderCaptured")], "superseded"),
        ["said before"] = (Letter("OrderCaptured", Routes.PaymentSaga, Charge), Facts(After, "charge/1=OrderCaptured"), [Entry(3, "Capturing", "Capturing", "OrderCaptured") with { Message = Payment }, Entry(4, "Capturing", "Capturing", "OrderCaptured")], "no_op"),
        ["pending"] = (Letter("OrderPending", Routes.PaymentSaga, Charge), Facts(After, doubt: "Pending"), [Entry(4, "Resolving", "Resolving", "OrderPending")], "succeeded"),

        ["accepted"] = (Request(), Facts(null) with { Intake = Taken(After) }, [], "succeeded"),
        ["accepted before"] = (Request(), Facts(null) with { Intake = Taken(Before) }, [], "no_op"),
        ["alias"] = (Request(), Facts(null) with { Alias = new() { ReceivedAt = After } }, [], "succeeded"),
        ["rejected"] = (Request(), Facts(null) with { Rejection = new() { ReceivedAt = After } }, [], "succeeded"),
        ["not taken"] = (Request(), Facts(null) with { KeyOwner = Taken(Before) }, [], null),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_AReplay_IsAsTheRuleSays(string name)
    {
        var (letter, facts, history, expected) = Cases[name];

        var outcome = OutcomeRules.Decide(letter, Noon, facts, history);

        outcome?.Kind.ShouldBe(expected);
        (outcome is null).ShouldBe(expected is null);
        outcome?.Because.ShouldEndWith(".");
    }

    private static JudgedLetter Letter(string type, string queue, string? operationId = null) => new()
    {
        LetterId = Ulid.NewUlid(Noon),
        Destination = Destination.Of(queue, LetterReason.Fault),
        MessageId = Message.ToGuid().ToString(),
        MessageType = $"Payments.Contracts:{type}",
        PaymentId = Payment,
        OrderId = "o-1",
        OperationId = operationId ?? "pay/credit/1",
        FailedAt = Noon.AddMinutes(-4),
    };

    private static JudgedLetter Request() => Letter("PaymentRequested", Routes.FrontDoor);

    private static Facts Facts(DateTimeOffset? settledAt, string? outcomes = null, string doubt = "None") => new()
    {
        Now = After,
        Inbox = settledAt is { } at ? new InboxFact(at, ["Said"]) : null,
        Orders =
        [
            new OrderView
            {
                OrderId = "o-1",
                SellerId = "s-1",
                Currency = "EUR",
                Status = "Charging",
                Doubt = doubt,
                OperationId = Charge,
                Outcomes = outcomes,
            },
        ],
    };

    private static WalletsOperationView Credited(DateTimeOffset at) =>
        new() { OperationId = "pay/credit/1", Kind = "credit", RecordedAt = at, Answer = "{}" };

    private static WalletsOperationView Tombstone() =>
        new() { OperationId = "pay/credit/1", Kind = "credit", RecordedAt = Before, Tombstone = true };

    private static LedgerOperationView Recorded(DateTimeOffset at) =>
        new() { OperationId = "pay/credit/1", Kind = "Capture", RecordedAt = at, Answer = "{}" };

    private static PspOperationView Operation(string state, string? outcome, DateTimeOffset? settledAt, string? reason = null) => new()
    {
        OperationId = Charge,
        OrderId = "o-1",
        Kind = "charge",
        Connection = "x",
        State = state,
        Outcome = outcome,
        Reason = reason,
        SettledAt = settledAt,
    };

    private static IntakeView Taken(DateTimeOffset at) => new() { MerchantId = "m", IdempotencyKey = "k", AcceptedAt = at };

    private static HistoryRow Entry(int sequence, string from, string to, string @event, params string[] sent) =>
        new(sequence, from, to, @event, sent, Message);

    private sealed record HistoryRow(int Sequence, string From, string To, string Event, string[] Sent, Ulid Message)
    {
        public HistoryView View => new()
        {
            PaymentId = Payment,
            Sequence = Sequence,
            FromState = From,
            ToState = To,
            Event = Event,
            OrderId = Event.StartsWith("Order", StringComparison.Ordinal) ? "o-1" : null,
            MessageId = Message,
            Sent = Sent,
            Evidence = JsonSerializer.Serialize(new HistoryEvidence { OperationId = Charge }, ContractJson.Options),
        };

        public static implicit operator HistoryView(HistoryRow row) => row.View;
    }
}
