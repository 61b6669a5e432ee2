using Npgsql;
using Payments.Benchmark.Instance;
using Payments.Contracts;

namespace Payments.Benchmark.Growing;

/// <summary>A letter that a query is about.</summary>
internal sealed record LetterSample(
    string LetterId, string GroupId, string PaymentId, string OrderId, string SellerId, string MerchantId, DateTimeOffset FailedAt);

/// <summary>What triage is asked for, by the name it is reported under, and how long it may take.</summary>
internal static class LetterRequests
{
    private const string Path = "/v1/dead-letters";
    private const int Seed = 1;

    public static readonly IReadOnlyList<(string Name, Func<LetterSample, string> Address)> All =
    [
        ("groups", _ => $"{Path}/groups"),
        ("groups, all of them", _ => $"{Path}/groups?limit=200"),
        ("groups by text", _ => $"{Path}/groups?text=timeoutexception"),
        ("groups by text, a word of all", _ => $"{Path}/groups?text=failed"),
        ("GET /v1/dead-letters/{id}", s => $"{Path}/{s.LetterId}"),
        ("letters, failed last", _ => Path),
        ("letters of a group", s => $"{Path}?group={s.GroupId}"),
        ("letters of a payment", s => $"{Path}?payment={s.PaymentId}"),
        ("letters of a seller", s => $"{Path}?seller={s.SellerId}"),
        ("letters of a merchant", s => $"{Path}?merchant={s.MerchantId}"),
        ("letters by time", s => $"{Path}?to={Uri.EscapeDataString(s.FailedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"))}"),
        ("letters by endpoint and state", _ => $"{Path}?endpoint=wallets&state=open"),
        ("letters by payment state", _ => $"{Path}?paymentState=Failed"),
        ("letters by amount", _ => $"{Path}?minAmount=10000&maxAmount=10000&currency=EUR"),
        ("search, a word of one letter", s => $"{Path}?text={s.PaymentId}"),
        ("search, a word of a fifth", _ => $"{Path}?text=timeoutexception"),
        ("search, a word of all", _ => $"{Path}?text=failed"),
        ("search, two words, no hit", _ => $"{Path}?text=timeoutexception%20nobody"),
    ];

    /// <summary>Letters chosen at random.</summary>
    public static async Task<IReadOnlyList<LetterSample>> ReadSamples(int count, CancellationToken cancellationToken)
    {
        await using var database = Database.OpenInside();
        await using var command = database.CreateCommand(
            """
            SELECT letter_id, group_id, payment_id, order_ids[1], seller_ids[1], merchant_id, failed_at
            FROM operations.dead_letter ORDER BY md5(letter_id::text || $1) LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{Seed}" });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        var samples = new List<LetterSample>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            samples.Add(new LetterSample(
                Id(reader, 0), Id(reader, 1), Id(reader, 2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6)));
        }

        return samples;
    }

    private static string Id(NpgsqlDataReader reader, int column) => Ulid.FromGuid(reader.GetGuid(column)).ToString();
}
