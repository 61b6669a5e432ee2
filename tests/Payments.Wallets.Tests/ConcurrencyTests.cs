using Payments.Contracts;
using static Payments.Wallets.Batch;

namespace Payments.Wallets;

/// <summary>Many commits at once, as from several processes.</summary>
public sealed class ConcurrencyTests(WalletsDatabase wallets) : IClassFixture<WalletsDatabase>
{
    private const int Payments = 200;

    [Fact]
    public async Task Credits_OfTheSameTwoSellersInBothOrders_AllCount()
    {
        var (alice, bob) = (NewSeller(), NewSeller());

        await Task.WhenAll(Enumerable.Range(0, Payments).Select(i =>
        {
            var (first, second) = i % 2 == 0 ? (alice, bob) : (bob, alice);
            return wallets.Handle(Credit(Ulid.NewUlid(), Line("a", first, 3), Line("b", second, 3)));
        }));

        (await Balances(alice)).ShouldBe((3 * Payments, 0, 0));
        (await Balances(bob)).ShouldBe((3 * Payments, 0, 0));
        wallets.Warnings.ShouldBeEmpty("locks are taken in one order, so that there are no deadlocks");
    }

    [Fact]
    public async Task Reversals_OfManyCreditsOfOneSeller_TakeWhatThereIsOnce()
    {
        var seller = NewSeller();
        var credits = Enumerable.Range(0, Payments)
            .Select(_ => Credit(Ulid.NewUlid(), Line("a", seller, 3), Line("b", seller, 2)))
            .ToArray();
        await Task.WhenAll(credits.Select(c => wallets.Handle(c)));
        await Task.WhenAll(credits.Take(Payments / 2).Select(c => wallets.Release(c.PaymentId, "a")));
        await wallets.Spend(seller, "USD", Payments / 2);

        var answers = await Task.WhenAll(credits.Select(c => wallets.Handle(Reverse(c))));

        var lines = answers.Cast<CreditsReversed>().SelectMany(a => a.Lines).ToArray();
        lines.Sum(l => l.FromLot.Amount).ShouldBe(5 * Payments - (3 * Payments / 2));
        lines.Sum(l => l.FromAvailable.Amount).ShouldBe(Payments);
        lines.Sum(l => l.Receivable.Amount).ShouldBe(Payments / 2);
        (await Balances(seller)).ShouldBe((0, 0, Payments / 2));
        wallets.Warnings.ShouldBeEmpty("locks are taken in one order, so that there are no deadlocks");
    }

    [Fact]
    public async Task Credit_ManyTimesAtOnce_AppliesOnce()
    {
        var seller = NewSeller();
        var credit = Credit(Ulid.NewUlid(), Line("a", seller, 100), Line("b", seller, 50));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => wallets.Handle(credit)));

        answers.ShouldAllBe(a => a is WalletsCredited);
        (await Balances(seller)).ShouldBe((150, 0, 0));
    }

    [Fact]
    public async Task Reversal_ManyTimesAtOnce_AppliesOnce()
    {
        var seller = NewSeller();
        var credit = Credit(Ulid.NewUlid(), Line("a", seller, 100));
        await wallets.Handle(credit);
        await wallets.Handle(Credit(Ulid.NewUlid(), Line("a", seller, 7)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => wallets.Handle(Reverse(credit))));

        answers.Cast<CreditsReversed>().ShouldAllBe(a => a.Lines[0] == Reversed(credit.Lines[0], 100, 0, 0));
        (await Balances(seller)).ShouldBe((7, 0, 0));
    }

    [Fact]
    public async Task Reversals_OfOneCreditUnderManyIds_TakeItOnce()
    {
        var seller = NewSeller();
        var credit = Credit(Ulid.NewUlid(), Line("a", seller, 100));
        await wallets.Handle(credit);
        await wallets.Handle(Credit(Ulid.NewUlid(), Line("a", seller, 1000)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            wallets.Handle(Reverse(credit) with { OperationId = $"{credit.PaymentId}/reverse-credit/{i}" })));

        answers.Cast<CreditsReversed>().Sum(a => a.Lines[0].FromLot.Amount).ShouldBe(100);
        (await Balances(seller)).ShouldBe((1000, 0, 0));
    }

    /// <summary>Whoever is first: either nothing was ever credited, or all of it was taken back.</summary>
    [Fact]
    public async Task CreditAndItsReversal_AtOnce_LeaveNothing()
    {
        var seller = NewSeller();
        var pairs = Enumerable.Range(0, Payments).Select(_ => Credit(Ulid.NewUlid(), Line("a", seller, 10)));

        var answers = await Task.WhenAll(pairs.Select(async credit =>
        {
            var both = await Task.WhenAll(wallets.Handle(credit), wallets.Handle(Reverse(credit)));
            return (Credit: both[0], Reversal: (CreditsReversed)both[1]);
        }));

        answers.ShouldAllBe(a =>
            a.Credit is OperationAbandoned ? a.Reversal.Lines[0].FromLot.Amount == 0 : a.Reversal.Lines[0].FromLot.Amount == 10);
        (await Balances(seller)).ShouldBe((0, 0, 0));
    }

    private async Task<(long Pending, long Available, long Owed)> Balances(string seller)
    {
        await using var command = wallets.Owner.CreateCommand(
            """
            SELECT coalesce(sum(a.pending_minor), 0)::bigint, coalesce(sum(a.available_minor), 0)::bigint,
                coalesce((SELECT sum(owed_minor) FROM receivable WHERE owner_id = $1), 0)::bigint,
                (SELECT ROW(sum(pending_minor), sum(available_minor), sum(owed_minor))::text FROM entry WHERE owner_id = $1),
                (SELECT sum(remaining_minor)::bigint FROM lot WHERE owner_id = $1)
            FROM account a WHERE owner_id = $1
            """);
        command.Parameters.AddWithValue(seller);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var balances = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
        if (!reader.IsDBNull(4))
        {
            reader.GetString(3).ShouldBe($"({balances.Item1},{balances.Item2},{balances.Item3})", "sum of the entries");
            reader.GetInt64(4).ShouldBe(balances.Item1, "sum of the lots' remainders");
        }

        return balances;
    }
}
