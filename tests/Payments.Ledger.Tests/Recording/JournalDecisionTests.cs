using System.Text.Json;
using Payments.Contracts;
using Payments.Ledger.Remembering;
using Payments.Messaging;
using static Payments.Ledger.Batch;

namespace Payments.Ledger.Recording;

public sealed class JournalDecisionTests
{
    private static readonly Ulid Payment = Ulid.NewUlid();

    private static readonly RecordJournal Command =
        Record(Payment, JournalKind.Capture, Line("a", "alice", 100, 10), Line("b", "bob", 50, 0));

    [Fact]
    public void Decide_ValidLines_RecordsOneJournalEach()
    {
        var effects = JournalDecision.Decide(Command, Rows());

        var journals = effects.Writes.OfType<Journal>().ToArray();
        journals.Select(j => (j.OrderId, j.PaymentId, j.OperationId, j.Kind, j.Postings.Count)).ShouldBe(
            [("a", Payment, Command.OperationId, JournalKind.Capture, 3), ("b", Payment, Command.OperationId, JournalKind.Capture, 2)]);
        journals.DistinctBy(j => j.JournalId).Count().ShouldBe(2);
        Said<JournalRecorded>(effects).ShouldBe(
            new JournalRecorded { PaymentId = Payment, OperationId = Command.OperationId, Kind = JournalKind.Capture });
    }

    [Theory]
    [InlineData("seller-payable:bob", null, "b")]
    [InlineData("seller-payable:bob", "USD", "b")]
    [InlineData("seller-payable:bob", "EUR", null)]
    [InlineData("platform-fees", null, "a")]
    [InlineData("psp-receivable:stripe-a", "USD", "a,b")]
    [InlineData("psp-receivable:stripe-b", null, null)]
    [InlineData("refunds-payable", null, null)]
    public void Decide_BlockedAccount_RejectsLinesThatWouldPostToIt(string account, string? currency, string? orders)
    {
        var effects = JournalDecision.Decide(Command with { Atomic = false }, Rows(null, new Block(account, currency)));

        if (orders is null)
        {
            Said<JournalRecorded>(effects);
            return;
        }

        var rejected = Said<JournalRejected>(effects);
        rejected.Rejected.ShouldBe(orders.Split(',').Select(o => new LineRejection(o, "account_blocked")));
        effects.Writes.OfType<Journal>().Select(j => j.OrderId).ShouldBe(rejected.Recorded);
        rejected.Recorded.Concat(orders.Split(',')).Order().ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Decide_OneRefusedAtomic_RecordsNothing()
    {
        var effects = JournalDecision.Decide(Command, Rows(null, new Block("seller-payable:bob", null)));

        var rejected = Said<JournalRejected>(effects);
        rejected.Recorded.ShouldBeEmpty();
        rejected.Rejected.ShouldBe([new LineRejection("b", "account_blocked")]);
        effects.Writes.ShouldHaveSingleItem().ShouldBeOfType<Operation>();
    }

    [Theory]
    [InlineData(100, 101)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(100, -1)]
    public void Decide_AmountsOutOfBounds_AreInvalid(long gross, long fee) =>
        ShouldBeInvalid(Line("a", "alice", gross, fee));

    [Fact]
    public void Decide_FeeInOtherCurrency_IsInvalid() =>
        ShouldBeInvalid(Line("a", "alice", 100, 1) with { Fee = new Money(1, Currency.Eur) });

    [Fact]
    public void Decide_NoSeller_IsInvalid() => ShouldBeInvalid(Line("a", " ", 100, 1));

    [Fact]
    public void Decide_NoConnection_IsInvalid() => ShouldBeInvalid(Line("a", "alice", 100, 1, connection: ""));

    [Fact]
    public void Decide_SameAgain_RepeatsTheAnswerWhateverHasChanged()
    {
        var command = Command with { Atomic = false };
        var first = JournalDecision.Decide(command, Rows(null, new Block("platform-fees", null)));

        var again = JournalDecision.Decide(command with { Lines = [.. command.Lines.Reverse()] }, Rows(Known(first)));

        again.Writes.ShouldBeEmpty();
        Json(Said<JournalRejected>(again)).ShouldBe(Json(Said<JournalRejected>(first)));
    }

    [Fact]
    public void Decide_SameIdOtherLines_Throws() =>
        ShouldBeRefusedAfterCommand(Command with { Lines = [Line("a", "alice", 100, 11), Command.Lines[1]] });

    [Fact]
    public void Decide_SameIdOtherKind_Throws() => ShouldBeRefusedAfterCommand(Command with { Kind = JournalKind.Undo });

    [Fact]
    public void Decide_SameIdNotAtomic_Throws() => ShouldBeRefusedAfterCommand(Command with { Atomic = false });

    [Fact]
    public void Decide_SameIdOtherPayment_Throws() =>
        ShouldBeRefusedAfterCommand(Command with { PaymentId = Ulid.NewUlid() });

    [Fact]
    public void Decide_OrderTwice_Throws() => Should.Throw<OperationMisusedException>(
        () => JournalDecision.Decide(Command with { Lines = [Command.Lines[0], Command.Lines[0]] }, Rows()));

    [Fact]
    public void Key_Lines_NamesWhatTheyWouldPostTo() =>
        JournalDecision.Key(Command with { Lines = [.. Command.Lines, Line("c", "carol", 1, 2)] }).Accounts.ShouldBe(
            ["psp-receivable:stripe-a", "seller-payable:alice", "platform-fees", "seller-payable:bob"], ignoreOrder: true);

    private static void ShouldBeInvalid(JournalLine line)
    {
        var effects = JournalDecision.Decide(Command with { Lines = [line], Atomic = false }, Rows());

        Said<JournalRejected>(effects).Rejected.ShouldBe([new LineRejection("a", "invalid_line")]);
        effects.Writes.OfType<Journal>().ShouldBeEmpty();
    }

    private static void ShouldBeRefusedAfterCommand(RecordJournal other)
    {
        var known = Known(JournalDecision.Decide(Command, Rows()));
        Should.Throw<OperationMisusedException>(() => JournalDecision.Decide(other, Rows(known)));
    }

    private static Operation Known(Effects effects) => effects.Writes.OfType<Operation>().Single();

    private static T Said<T>(Effects effects) => effects.Messages.ShouldHaveSingleItem().Message.ShouldBeOfType<T>();

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ContractJson.Options);

    private static JournalRows Rows(Operation? operation = null, params Block[] blocks) => new(operation, blocks);
}
