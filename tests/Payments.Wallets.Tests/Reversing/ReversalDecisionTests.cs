using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Wallets.Accounting;
using Payments.Wallets.Remembering;
using static Payments.Wallets.Batch;

namespace Payments.Wallets.Reversing;

public sealed class ReversalDecisionTests
{
    private static readonly Ulid Payment = Ulid.NewUlid();
    private static readonly CreditWallets Credited = Credit(Payment, Line("a", "alice", 100), Line("b", "alice", 50));
    private static readonly ReverseCredits Command = Reverse(Credited);

    private static readonly Operation Done = Operation.Settled(
        Credited.OperationId, Payment, Operation.Credit, [1], "answer");

    [Theory]
    [InlineData(100, 0, 100, 0, 0)]
    [InlineData(100, 70, 100, 0, 0)]
    [InlineData(40, 60, 40, 60, 0)]
    [InlineData(40, 99, 40, 60, 0)]
    [InlineData(0, 30, 0, 30, 70)]
    [InlineData(0, 0, 0, 0, 100)]
    [InlineData(40, 25, 40, 25, 35)]
    public void Decide_Lot_TakesLotThenAvailableThenOwes(
        long remaining, long available, long fromLot, long fromAvailable, long owed)
    {
        var effects = ReversalDecision.Decide(
            Command with { Lines = [Credited.Lines[0]] }, Rows([LotOf(0, remaining)], available));

        Lines(effects).ShouldBe([Reversed(Credited.Lines[0], fromLot, fromAvailable, owed)]);
        effects.Writes.OfType<LotReversal>().ShouldBe([new LotReversal(Payment, "a", fromLot, 100)]);
        effects.Writes.OfType<Entry>().Select(e => (e.Pending, e.Available, e.Owed))
            .ShouldBe([(-fromLot, -fromAvailable, owed)]);
    }

    [Fact]
    public void Decide_TwoLotsOfOneAccount_ShareWhatIsAvailable() =>
        Lines(ReversalDecision.Decide(Command, Rows([LotOf(0, 0), LotOf(1, 0)], available: 120))).ShouldBe(
            [Reversed(Credited.Lines[0], 0, 100), Reversed(Credited.Lines[1], 0, 20, 30)]);

    [Fact]
    public void Decide_LineThatWasNotCredited_TakesNothing()
    {
        var effects = ReversalDecision.Decide(Command, Rows([LotOf(0, 100)]));

        Lines(effects).ShouldBe([Reversed(Credited.Lines[0], 100), Reversed(Credited.Lines[1], 0)]);
        effects.Writes.OfType<Entry>().ShouldHaveSingleItem().OrderId.ShouldBe("a");
        effects.Writes.OfType<Operation>().ShouldHaveSingleItem().IsTombstone.ShouldBeFalse();
    }

    [Fact]
    public void Decide_LineThatIsNotNamed_StaysCredited() =>
        ReversalDecision.Decide(Command with { Lines = [Credited.Lines[1]] }, Rows([LotOf(1, 50)]))
            .Writes.OfType<LotReversal>().ShouldHaveSingleItem().OrderId.ShouldBe("b");

    [Fact]
    public void Decide_ReversedByAnotherOperation_TakesNothing()
    {
        var effects = ReversalDecision.Decide(Command, Rows([LotOf(0, 0) with { Reversed = 100 }], available: 500));

        Lines(effects)[0].ShouldBe(Reversed(Credited.Lines[0], 0));
        effects.Writes.ShouldHaveSingleItem().ShouldBeOfType<Operation>();
    }

    [Fact]
    public void Decide_UnknownCredit_LeavesTombstone()
    {
        var effects = ReversalDecision.Decide(Command, Rows([]) with { Undone = null });

        Lines(effects).ShouldBe([Reversed(Credited.Lines[0], 0), Reversed(Credited.Lines[1], 0)]);
        effects.Writes.OfType<Operation>().Select(o => (o.OperationId, o.IsTombstone)).ShouldBe(
            [(Command.Undoes, true), (Command.OperationId, false)]);
    }

    [Fact]
    public void Decide_TombstoneThere_LeavesNoOther() =>
        ReversalDecision.Decide(Command, Rows([]) with { Undone = Operation.Tombstone(Command.Undoes, Payment) })
            .Writes.OfType<Operation>().ShouldHaveSingleItem().OperationId.ShouldBe(Command.OperationId);

    [Fact]
    public void Decide_SameAgain_RepeatsTheAnswer()
    {
        var first = ReversalDecision.Decide(Command, Rows([LotOf(0, 0), LotOf(1, 0)], available: 120));
        var known = first.Writes.OfType<Operation>().Single();

        var again = ReversalDecision.Decide(Command, Rows([LotOf(0, 0) with { Reversed = 100 }]) with { Operation = known });

        again.Writes.ShouldBeEmpty();
        JsonSerializer.Serialize(Lines(again)).ShouldBe(JsonSerializer.Serialize(Lines(first)));
    }

    [Fact]
    public void Decide_SameIdOtherLines_Throws()
    {
        var known = ReversalDecision.Decide(Command, Rows([])).Writes.OfType<Operation>().Single();

        ShouldBeRefused(Command with { Lines = [Credited.Lines[0]] }, Rows([]) with { Operation = known });
    }

    [Fact]
    public void Decide_SameIdOtherCredit_Throws()
    {
        var known = ReversalDecision.Decide(Command, Rows([])).Writes.OfType<Operation>().Single();

        ShouldBeRefused(Command with { Undoes = "another" }, Rows([]) with { Operation = known });
    }

    [Fact]
    public void Decide_OtherAmountThanCredited_Throws() =>
        ShouldBeRefused(Command with { Lines = [Line("a", "alice", 99)] }, Rows([LotOf(0, 100)]));

    [Fact]
    public void Decide_OtherSellerThanCredited_Throws() =>
        ShouldBeRefused(Command with { Lines = [Line("a", "bob", 100)] }, Rows([LotOf(0, 100)]));

    [Fact]
    public void Decide_CreditOfOtherPayment_Throws() =>
        ShouldBeRefused(Command with { PaymentId = Ulid.NewUlid() }, Rows([]));

    [Fact]
    public void Decide_UndoesReversal_Throws() =>
        ShouldBeRefused(Command, Rows([]) with { Undone = Done with { Kind = Operation.Reversal } });

    [Fact]
    public void Decide_UndoesItself_Throws() => ShouldBeRefused(Command with { Undoes = Command.OperationId }, Rows([]));

    [Fact]
    public void Decide_OrderTwice_Throws() =>
        ShouldBeRefused(Command with { Lines = [Credited.Lines[0], Credited.Lines[0]] }, Rows([]));

    private static void ShouldBeRefused(ReverseCredits command, ReversalRows rows) =>
        Should.Throw<OperationMisusedException>(() => ReversalDecision.Decide(command, rows));

    private static IReadOnlyList<ReversedLine> Lines(Effects effects) =>
        effects.Messages.ShouldHaveSingleItem().Message.ShouldBeOfType<CreditsReversed>().Lines;

    private static Lot LotOf(int line, long remaining)
    {
        var of = Credited.Lines[line];
        return new Lot(
            Payment, of.OrderId, Credited.OperationId, AccountKey.Of(of), of.Amount.Amount, remaining, Reversed: 0);
    }

    private static ReversalRows Rows(Lot[] lots, long available = 0) => new(
        Operation: null,
        Done,
        lots.ToDictionary(l => l.OrderId),
        new Dictionary<AccountKey, long> { [new AccountKey("alice", "USD")] = available });
}
