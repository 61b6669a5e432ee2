using MassTransit;
using Npgsql;
using Payments.Contracts;

namespace Payments.Messaging.Tests.Toy;

/// <summary>Counts how often a seller was updated: a consumer whose effects show when one is lost or doubled.</summary>
internal sealed class ToyConsumer(Deliveries deliveries) : IConsumer<UpdateSeller>
{
    public Task Consume(ConsumeContext<UpdateSeller> context) => deliveries.Settle(context, ToyCounter.Increment(context.Message));
}

internal static class ToyCounter
{
    /// <summary>This seller's rows are refused by the database.</summary>
    public const string Poison = "poison";

    /// <summary>Sellers that begin so are counted once before the delivery is settled, too.</summary>
    public const string Persisted = "persisted-";

    /// <summary>Who consumes an update of a seller that begins so is killed by it, as by a stack that overflows.</summary>
    public const string Deadly = "deadly-";

    /// <summary>The first count, unless there is one already: a step that recognises its own repetition.</summary>
    public static Decision<string, int> Begin(UpdateSeller command) => new(
        Ulid.NewUlid(),
        command.SellerId,
        count => count > 0 ? new Effects(Ulid.NewUlid()) : new Effects(Ulid.NewUlid()).Write(new CountTo(command.SellerId, 0, 1)));

    /// <summary>Every decision has a gate of its own, so that only the database keeps them apart.</summary>
    public static Decision<string, int> Increment(UpdateSeller command) => new(
        Ulid.NewUlid(),
        command.SellerId,
        count => new Effects(Ulid.NewUlid())
            .Write(new CountTo(command.SellerId, count, command.SellerId == Poison ? -1 : count + 1))
            .Publish(new SellerUpdated { SellerId = command.SellerId, Closed = command.Closed, Currencies = command.Currencies }));
}

internal sealed record CountTo(string Seller, int From, int To) : IWrite;

/// <summary>Reads without a lock: concurrent decisions clash on the guard of the write.</summary>
internal sealed class ToyLoader : ILoader<string, int>
{
    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<string> keys) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT seller, count FROM toy WHERE seller = ANY ($1)")
        {
            Parameters = { Sql.Value(keys.ToArray()) },
        });

    public async Task<IReadOnlyList<int>> Read(NpgsqlDataReader reader, IReadOnlyList<string> keys)
    {
        var counts = new Dictionary<string, int>();
        while (await reader.ReadAsync())
            counts.Add(reader.GetString(0), reader.GetInt32(1));
        return [.. keys.Select(k => counts.GetValueOrDefault(k))];
    }
}

internal sealed class ToyWriter : Writer<CountTo>
{
    protected override void Add(WriteBatch batch, CountTo[] writes)
    {
        foreach (var write in writes)
        {
            batch.AddGuarded(
                1,
                write.From == 0
                    ? "INSERT INTO toy (seller, count) VALUES ($1, $3 + 0 * $2) ON CONFLICT DO NOTHING"
                    : "UPDATE toy SET count = $3 WHERE seller = $1 AND count = $2",
                Sql.Value(write.Seller), Sql.Value(write.From), Sql.Value(write.To));
        }
    }
}
