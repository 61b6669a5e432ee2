using Npgsql;
using Payments.Contracts;
using Payments.Testing;
using static Payments.Wallets.Batch;

namespace Payments.Wallets;

/// <summary>Many commits at once, as from several processes.</summary>
public sealed class ConcurrencyTests(WalletsDatabase wallets) : IClassFixture<WalletsDatabase>
{
    private const int Payments = 200;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

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

    /// <summary>
    /// One process has the first account, waits for the second and then wants the third. A group of the other one reverses on
    /// the third, and credits the first.
    /// </summary>
    [Fact]
    public async Task ReversalsAndCredits_OfTwoProcessesOnTheSameAccounts_NeverWaitForEachOther()
    {
        await using var other = new WalletsDatabase();
        string[] sellers = [.. Enumerable.Range(0, 3).Select(_ => NewSeller()).Order(StringComparer.Ordinal)];
        var busy = NewSeller();
        await wallets.Handle(Credit(Ulid.NewUlid(), Line("a", sellers[0], 10), Line("b", sellers[1], 10), Line("c", busy, 10)));
        var earlier = Credit(Ulid.NewUlid(), Line("a", sellers[2], 10));
        await wallets.Handle(earlier);
        Task[] handling;
        await using (var second = await Hold(sellers[1]))
        {
            Task first = other.Handle(
                Credit(Ulid.NewUlid(), Line("a", sellers[0], 1), Line("b", sellers[1], 1), Line("c", sellers[2], 1)));
            var waiting = await AwaitWaitingFor(second.ProcessID);
            await using (var occupied = await Hold(busy))
            {
                Task alone = wallets.Handle(Credit(Ulid.NewUlid(), Line("a", busy, 1)));
                await AwaitWaitingFor(occupied.ProcessID);
                handling = [first, alone, wallets.Handle(Reverse(earlier)), wallets.Handle(Credit(Ulid.NewUlid(), Line("a", sellers[0], 1)))];
            }

            await AwaitWaitingFor(waiting);
        }

        await Task.WhenAll(handling).WaitAsync(Deadline);

        (await Balances(sellers[0])).ShouldBe((12, 0, 0));
        (await Balances(sellers[2])).ShouldBe((1, 0, 0));
        wallets.Warnings.Concat(other.Warnings).ShouldBeEmpty("locks are taken in one order, so that there are no deadlocks");
    }

    /// <summary>What was available when it was decided is spent by the time that it is written: the rest is owed.</summary>
    [Fact]
    public async Task Reversal_OfWhatIsSpentMeanwhile_IsDecidedAnew()
    {
        var seller = NewSeller();
        var credit = Credit(Ulid.NewUlid(), Line("a", seller, 10));
        await wallets.Handle(credit);
        await wallets.Release(credit.PaymentId, "a");
        Task<object> reversing;
        await using (var spending = await Hold(seller))
        {
            reversing = wallets.Handle(Reverse(credit));
            await AwaitWaitingFor(spending.ProcessID);
            await Spend(spending, seller, 4);
        }

        var answer = (CreditsReversed)await reversing.WaitAsync(Deadline);

        answer.Lines.ShouldBe([Reversed(credit.Lines[0], fromLot: 0, fromAvailable: 6, owed: 4)]);
        (await Balances(seller)).ShouldBe((0, 0, 4));
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

    /// <summary>Holds the seller's account until the connection is closed.</summary>
    private async Task<NpgsqlConnection> Hold(string seller)
    {
        var connection = await wallets.Owner.OpenConnectionAsync();
        await Run(connection, "BEGIN");
        await Run(connection, "SELECT FROM account WHERE owner_id = $1 FOR UPDATE", seller);
        return connection;
    }

    /// <summary>By whoever holds the account.</summary>
    private static async Task Spend(NpgsqlConnection holder, string seller, long amount)
    {
        await Run(holder, "UPDATE account SET available_minor = available_minor - $2 WHERE owner_id = $1", seller, amount);
        await Run(
            holder,
            """
            INSERT INTO entry (owner_id, currency, operation_id, payment_id, order_id, kind,
                pending_minor, available_minor, held_minor, owed_minor)
            VALUES ($1, 'USD', 'test', gen_random_uuid(), 'none', 'payout', 0, -$2, 0, 0)
            """,
            seller,
            amount);
        await Run(holder, "COMMIT");
    }

    private static async Task Run(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until a session waits for what another one holds; gives its process.</summary>
    private Task<int> AwaitWaitingFor(int holder) => Eventually.Async(
        "a session to wait",
        Deadline,
        () => wallets.Read<int>(
            "SELECT coalesce(min(pid), 0) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))", holder),
        pid => pid > 0);

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
