using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Wallets.Accounting;
using Payments.Wallets.Remembering;
using static Payments.Wallets.Batch;

namespace Payments.Wallets.Crediting;

public sealed class CreditDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Ulid Payment = Ulid.NewUlid();
    private static readonly CreditWallets Command = Credit(Payment, Line("a", "alice", 90), Line("b", "bob", 45));

    [Fact]
    public void Decide_NoSettings_CreditsEveryLine()
    {
        var effects = CreditDecision.Decide(Command, Rows());

        effects.Writes.OfType<Lot>().Select(l => (l.OrderId, l.Account.OwnerId, l.Credited, l.Remaining))
            .ShouldBe([("a", "alice", 90, 90), ("b", "bob", 45, 45)]);
        effects.Writes.OfType<Entry>().Select(e => (e.Account.OwnerId, e.Pending, e.Available, e.Owed))
            .ShouldBe([("alice", 90, 0, 0), ("bob", 45, 0, 0)]);
        Said<WalletsCredited>(effects).OperationId.ShouldBe(Command.OperationId);
    }

    [Theory]
    [InlineData(true, null, "account_closed")]
    [InlineData(true, "USD", "account_closed")]
    [InlineData(false, "EUR,JPY", "currency_not_enabled")]
    [InlineData(false, "", "currency_not_enabled")]
    [InlineData(false, "EUR,USD", null)]
    [InlineData(false, null, null)]
    public void Decide_Setting_RejectsOrNot(bool closed, string? currencies, string? reason)
    {
        var effects = CreditDecision.Decide(Command, Rows(sellers: ("bob", closed, currencies)));

        if (reason is null)
            Said<WalletsCredited>(effects);
        else
            Said<CreditRejected>(effects).Rejected.ShouldBe([new LineRejection("b", reason)]);
    }

    [Fact]
    public void Decide_OneRefusedAtomic_CreditsNothing()
    {
        var effects = CreditDecision.Decide(Command, Rows(sellers: ("bob", true, null)));

        Said<CreditRejected>(effects).Credited.ShouldBeEmpty();
        effects.Writes.ShouldHaveSingleItem().ShouldBeOfType<Operation>();
    }

    [Fact]
    public void Decide_OneRefusedNotAtomic_CreditsTheOther()
    {
        var effects = CreditDecision.Decide(Command with { Atomic = false }, Rows(sellers: ("bob", true, null)));

        Said<CreditRejected>(effects).Credited.ShouldBe(["a"]);
        effects.Writes.OfType<Lot>().ShouldHaveSingleItem().OrderId.ShouldBe("a");
        effects.Writes.OfType<Entry>().ShouldHaveSingleItem().OrderId.ShouldBe("a");
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void Decide_NotAfter_IsTheLastMoment(int ticks, bool late)
    {
        var effects = CreditDecision.Decide(Command with { Atomic = false, NotAfter = Now.AddTicks(ticks) }, Rows());

        if (late)
        {
            Said<CreditRejected>(effects).Rejected.ShouldBe(
                [new LineRejection("a", "not_after_passed"), new LineRejection("b", "not_after_passed")]);
        }
        else
        {
            Said<WalletsCredited>(effects);
        }
    }

    [Fact]
    public void Decide_AmountZero_OpensLotOfZero()
    {
        var effects = CreditDecision.Decide(Credit(Payment, Line("a", "alice", 0)), Rows());

        effects.Writes.OfType<Lot>().ShouldHaveSingleItem().Credited.ShouldBe(0);
        effects.Writes.OfType<Entry>().ShouldHaveSingleItem().Pending.ShouldBe(0);
        Said<WalletsCredited>(effects);
    }

    [Fact]
    public void Decide_SameSellerTwice_OpensTwoLots() =>
        CreditDecision.Decide(Credit(Payment, Line("a", "alice", 1), Line("b", "alice", 2)), Rows())
            .Writes.OfType<Lot>().Count().ShouldBe(2);

    [Fact]
    public void Decide_Tombstone_AbandonsAndWritesNothing()
    {
        var effects = CreditDecision.Decide(Command, Rows(Operation.Tombstone(Command.OperationId, Payment)));

        effects.Writes.ShouldBeEmpty();
        Said<OperationAbandoned>(effects).ShouldBe(
            new OperationAbandoned { PaymentId = Payment, OperationId = Command.OperationId });
    }

    [Fact]
    public void Decide_SameAgain_RepeatsTheAnswerWhateverHasChanged()
    {
        var command = Command with { Atomic = false };
        var first = CreditDecision.Decide(command, Rows(sellers: ("bob", true, null)));

        var again = CreditDecision.Decide(
            command with { NotAfter = Now.AddDays(-1), Lines = [.. command.Lines.Reverse()] }, Rows(Known(first)));

        again.Writes.ShouldBeEmpty();
        Json(Said<CreditRejected>(again)).ShouldBe(Json(Said<CreditRejected>(first)));
    }

    [Fact]
    public void Decide_SameIdOtherAmount_Throws() =>
        ShouldBeRefusedAfterCommand(Command with { Lines = [Command.Lines[0], Line("b", "bob", 46)] });

    [Fact]
    public void Decide_SameIdFewerLines_Throws() =>
        ShouldBeRefusedAfterCommand(Command with { Lines = [Command.Lines[0]] });

    [Fact]
    public void Decide_SameIdNotAtomic_Throws() => ShouldBeRefusedAfterCommand(Command with { Atomic = false });

    [Fact]
    public void Decide_SameIdOtherPayment_Throws() =>
        ShouldBeRefusedAfterCommand(Command with { PaymentId = Ulid.NewUlid() });

    [Fact]
    public void Decide_TombstoneOfOtherPayment_Throws() => Should.Throw<OperationMisusedException>(
        () => CreditDecision.Decide(Command, Rows(Operation.Tombstone(Command.OperationId, Ulid.NewUlid()))));

    [Fact]
    public void Decide_IdOfReversal_Throws() => Should.Throw<OperationMisusedException>(
        () => CreditDecision.Decide(
            Command, Rows(Operation.Settled(Command.OperationId, Payment, Operation.Reversal, [1], "x"))));

    [Fact]
    public void Decide_OrderTwice_Throws() => Should.Throw<OperationMisusedException>(
        () => CreditDecision.Decide(Credit(Payment, Line("a", "alice", 1), Line("a", "bob", 1)), Rows()));

    [Fact]
    public void Decide_NegativeAmount_Throws() => Should.Throw<OperationMisusedException>(
        () => CreditDecision.Decide(Credit(Payment, Line("a", "alice", -1)), Rows()));

    private static void ShouldBeRefusedAfterCommand(CreditWallets other)
    {
        var first = CreditDecision.Decide(Command, Rows());
        Should.Throw<OperationMisusedException>(() => CreditDecision.Decide(other, Rows(Known(first))));
    }

    private static Operation Known(Effects effects) => effects.Writes.OfType<Operation>().Single();

    private static T Said<T>(Effects effects) => effects.Messages.ShouldHaveSingleItem().Message.ShouldBeOfType<T>();

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ContractJson.Options);

    private static CreditRows Rows(
        Operation? operation = null, params (string SellerId, bool Closed, string? Currencies)[] sellers) =>
        new(
            Now,
            operation,
            sellers.ToDictionary(
                s => s.SellerId,
                s => new SellerSetting(s.Closed, s.Currencies?.Split(',', StringSplitOptions.RemoveEmptyEntries))));
}
