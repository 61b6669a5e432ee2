using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Payments.Contracts;
using static Payments.Wallets.Batch;

namespace Payments.Wallets;

/// <summary>Random commands, with repetitions and in any order, against the model and the database.</summary>
public sealed class WalletsModelTests(WalletsDatabase wallets) : IClassFixture<WalletsDatabase>
{
    private const int Sequences = 60;
    private const int Batches = 4;
    private static readonly string[] Codes = ["USD", "JPY"];

    private enum Act
    {
        Credit,
        Reverse,
        Release,
        Spend,
        Update,
    }

    [Fact]
    public void Commands_InAnyOrder_DoWhatTheModelSays()
    {
        var step = from act in Gen.Frequency(
                       (5, Gen.Constant(Act.Credit)),
                       (4, Gen.Constant(Act.Reverse)),
                       (2, Gen.Constant(Act.Release)),
                       (1, Gen.Constant(Act.Spend)),
                       (1, Gen.Constant(Act.Update)))
                   from number in Gen.Choose(0, Batches - 1)
                   from pick in Gen.Choose(0, 1000)
                   select (act, number, pick);
        var line = from seller in Gen.Choose(0, 2)
                   from currency in Gen.Choose(0, 1)
                   from amount in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Choose(1, 1000)))
                   select (seller, currency, amount);
        var batch = from atomic in Gen.Elements(true, false)
                    from lines in Gen.NonEmptyListOf(line)
                    select (atomic, lines: lines.Take(4).ToArray());
        var sequence = from batches in Gen.ArrayOf(batch, Batches)
                       from steps in Gen.NonEmptyListOf(step)
                       select (batches, steps: steps.ToArray());

        Prop.ForAll(sequence.ToArbitrary(), s => Run(s.batches, s.steps).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithEndSize(40));
    }

    private async Task Run(
        (bool Atomic, (int Seller, int Currency, int Amount)[] Lines)[] batches, (Act Act, int Batch, int Pick)[] steps)
    {
        var model = new WalletsModel();
        string[] sellers = [NewSeller(), NewSeller(), NewSeller()];
        var credits = batches.Select(b => CreditOf(b.Atomic, b.Lines, sellers)).ToArray();

        foreach (var (act, batch, pick) in steps)
            await Do(act, credits[batch], sellers[pick % 3], pick, model);

        await CompareAccounts(model, sellers);
        await CompareLots(model, sellers);
    }

    private static CreditWallets CreditOf(bool atomic, (int Seller, int Currency, int Amount)[] lines, string[] sellers)
    {
        var credit = Credit(
            Ulid.NewUlid(),
            [.. lines.Select((l, i) => Line($"order-{i}", sellers[l.Seller], l.Amount, Codes[l.Currency]))]);
        return credit with { Atomic = atomic };
    }

    private async Task Do(Act act, CreditWallets credit, string seller, int pick, WalletsModel model)
    {
        switch (act)
        {
            case Act.Credit:
                ShouldAgree(await wallets.Handle(credit), model.Credit(credit));
                break;
            case Act.Reverse:
                // The operation id says which lines it names: another choice is another operation.
                var named = credit.Lines.Where((_, i) => (pick >> i) % 2 == 0).ToArray();
                var reversal = Reverse(credit) with
                {
                    OperationId = $"{credit.PaymentId}/reverse-credit/{string.Join('+', named.Select(l => l.OrderId))}",
                    Lines = named,
                };
                ShouldAgree(await wallets.Handle(reversal), model.Reverse(reversal));
                break;
            case Act.Release:
                var line = credit.Lines[pick % credit.Lines.Count];
                await wallets.Release(credit.PaymentId, line.OrderId);
                model.Release(credit.OperationId, line);
                break;
            case Act.Spend:
                foreach (var ((owner, currency), account) in model.Accounts.Where(a => a.Key.Owner == seller))
                {
                    var amount = account.Available * (pick % 4) / 3;
                    await wallets.Spend(owner, currency, amount);
                    account.Available -= amount;
                }

                break;
            case Act.Update:
                var update = new UpdateSeller
                {
                    SellerId = seller,
                    Closed = pick % 4 == 0,
                    Currencies = pick % 5 == 0 ? null : [Codes[pick % 2]],
                };
                await wallets.Handle(update);
                model.Update(update);
                break;
        }
    }

    private async Task CompareAccounts(WalletsModel model, string[] sellers)
    {
        await using var command = wallets.Owner.CreateCommand(
            """
            SELECT a.owner_id, a.currency, a.pending_minor, a.available_minor, coalesce(r.owed_minor, 0),
                e.pending = a.pending_minor AND e.available = a.available_minor AND e.held = a.held_minor
                    AND e.owed = coalesce(r.owed_minor, 0)
            FROM ops_account_v1 a
            LEFT JOIN ops_receivable_v1 r USING (owner_id, currency)
            JOIN (
                SELECT owner_id, currency, sum(pending_minor) AS pending, sum(available_minor) AS available,
                    sum(held_minor) AS held, sum(owed_minor) AS owed
                FROM ops_entry_v1 GROUP BY owner_id, currency
            ) e USING (owner_id, currency)
            WHERE owner_id = ANY ($1)
            """);
        command.Parameters.AddWithValue(sellers);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<(string, string, long, long, long)>();
        while (await reader.ReadAsync())
        {
            found.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
            reader.GetBoolean(5).ShouldBeTrue("the entries add up to the balances");
        }

        found.ShouldBe(
            model.Accounts.Select(a => (a.Key.Owner, a.Key.Currency, a.Value.Pending, a.Value.Available, a.Value.Owed)),
            ignoreOrder: true);
    }

    private async Task CompareLots(WalletsModel model, string[] sellers)
    {
        await using var command = wallets.Owner.CreateCommand(
            "SELECT order_id, credited_minor, remaining_minor, reversed_minor FROM ops_lot_v1 WHERE owner_id = ANY ($1)");
        command.Parameters.AddWithValue(sellers);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<(string, long, long, long)>();
        while (await reader.ReadAsync())
            found.Add((reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));

        found.ShouldBe(
            model.Lots.Select(l => (l.Order, l.Lot.Credited, l.Lot.Remaining, l.Lot.IsReversed ? l.Lot.Credited : 0)),
            ignoreOrder: true);
    }

    private static void ShouldAgree(object answer, object expected) => Json(answer).ShouldBe(Json(expected));

    private static string Json(object value) =>
        $"{value.GetType().Name} {JsonSerializer.Serialize(value, value.GetType(), ContractJson.Options)}";
}
