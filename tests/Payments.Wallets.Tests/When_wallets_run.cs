using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Testing;
using static Payments.Wallets.Batch;

namespace Payments.Wallets;

/// <summary>The service as a process of its own, fed and heard over the broker.</summary>
public sealed class When_wallets_run(WalletsDatabase wallets, RunningWallets running)
    : IClassFixture<WalletsDatabase>, IClassFixture<RunningWallets>
{
    private readonly BrokerClient _broker = running.Broker;

    [Fact]
    public async Task Should_credit_and_reverse()
    {
        var credit = Credit(Ulid.NewUlid(), Line("a", NewSeller(), 90), Line("b", NewSeller(), 45));

        await _broker.Send(Routes.Wallets, NewId(), credit);
        await _broker.Await<WalletsCredited>(1, e => e.OperationId == credit.OperationId);
        await _broker.Send(Routes.Wallets, NewId(), Reverse(credit));
        var reversed = await _broker.Await<CreditsReversed>(1, e => e.PaymentId == credit.PaymentId);

        reversed[0].Message.Lines.ShouldBe([Reversed(credit.Lines[0], 90), Reversed(credit.Lines[1], 45)]);
        (await Pending(credit.Lines[0].SellerId)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_say_the_same_when_a_delivery_comes_again()
    {
        var credit = Credit(Ulid.NewUlid(), Line("a", NewSeller(), 90));
        var messageId = NewId();

        await _broker.Send(Routes.Wallets, messageId, credit);
        await _broker.Await<WalletsCredited>(1, e => e.OperationId == credit.OperationId);
        await _broker.Send(Routes.Wallets, messageId, credit);
        var answers = await _broker.Await<WalletsCredited>(2, e => e.OperationId == credit.OperationId);

        answers.Select(a => a.Id).Distinct().ShouldHaveSingleItem();
        (await Pending(credit.Lines[0].SellerId)).ShouldBe(90);
    }

    [Fact]
    public async Task Should_say_the_same_when_a_command_comes_under_another_message_id()
    {
        var credit = Credit(Ulid.NewUlid(), Line("a", NewSeller(), 90));

        await _broker.Send(Routes.Wallets, NewId(), credit);
        await _broker.Send(Routes.Wallets, NewId(), credit);
        await _broker.Await<WalletsCredited>(2, e => e.OperationId == credit.OperationId);

        (await Pending(credit.Lines[0].SellerId)).ShouldBe(90);
    }

    [Fact]
    public async Task Should_abandon_a_credit_that_comes_after_its_undo()
    {
        var credit = Credit(Ulid.NewUlid(), Line("a", NewSeller(), 90));

        await _broker.Send(Routes.Wallets, NewId(), Reverse(credit));
        await _broker.Await<CreditsReversed>(1, e => e.PaymentId == credit.PaymentId);
        await _broker.Send(Routes.Wallets, NewId(), credit);
        await _broker.Await<OperationAbandoned>(1, e => e.OperationId == credit.OperationId);

        (await wallets.Read<long>("SELECT count(*) FROM account WHERE owner_id = $1", credit.Lines[0].SellerId)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_reject_what_a_seller_may_not_take()
    {
        var seller = NewSeller();

        await _broker.Send(Routes.Wallets, NewId(), new UpdateSeller { SellerId = seller, Closed = false, Currencies = ["EUR"] });
        await _broker.Await<SellerUpdated>(1, e => e.SellerId == seller);
        var credit = Credit(Ulid.NewUlid(), Line("a", seller, 90));
        await _broker.Send(Routes.Wallets, NewId(), credit);
        var rejected = await _broker.Await<CreditRejected>(1, e => e.OperationId == credit.OperationId);

        rejected[0].Message.Rejected.ShouldBe([new LineRejection("a", "currency_not_enabled")]);
    }

    [Fact]
    public async Task Should_move_a_misused_operation_to_the_error_queue()
    {
        var seller = NewSeller();
        var credit = Credit(Ulid.NewUlid(), Line("a", seller, 90));

        await _broker.Send(Routes.Wallets, NewId(), credit);
        await _broker.Await<WalletsCredited>(1, e => e.OperationId == credit.OperationId);
        await _broker.Send(Routes.Wallets, NewId(), credit with { Lines = [Line("a", seller, 91)] });
        await _broker.Take($"{Routes.Wallets}_error", body => body.Contains(credit.OperationId, StringComparison.Ordinal));

        (await Pending(seller)).ShouldBe(90);
    }

    private static Guid NewId() => Ulid.NewUlid().ToGuid();

    private Task<long> Pending(string seller) =>
        wallets.Read<long>("SELECT pending_minor FROM account WHERE owner_id = $1", seller);
}
