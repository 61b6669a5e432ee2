using System.Diagnostics;
using Npgsql;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;
using Payments.Contracts;

namespace Payments.Benchmark.Growing;

/// <summary>
/// How long the API takes to answer, one request after the other, about payments or letters from anywhere in the tables.
/// Nothing else runs meanwhile.
/// </summary>
internal static class QueryLatency
{
    /// <summary>Enough for the runtime to have compiled what is measured. Moments with too few before them count here.</summary>
    private const int WarmUps = 300;
    private const int Requests = 1000;
    private const int LetterWarmUps = 20;
    private const int LetterAsks = 60;
    private const int PlacesBefore = 50;
    private const int Seed = 1;

    /// <summary>About payments, and lists of them.</summary>
    /// <exception cref="BenchmarkException">An answer was not 200.</exception>
    public static async Task<IReadOnlyList<QueryRun>> OfPayments(Uri operations, CancellationToken cancellationToken)
    {
        var samples = await ReadSamples(WarmUps + Requests, cancellationToken);
        return await Measure(operations, ListRequests.All, samples, samples.Count - Requests, cancellationToken);
    }

    /// <summary>About dead letters, and groups of them.</summary>
    /// <exception cref="BenchmarkException">An answer was not 200.</exception>
    public static async Task<IReadOnlyList<QueryRun>> OfLetters(Uri operations, CancellationToken cancellationToken)
    {
        var samples = await LetterRequests.ReadSamples(LetterWarmUps + LetterAsks, cancellationToken);
        return await Measure(operations, LetterRequests.All, samples, LetterWarmUps, cancellationToken);
    }

    private static async Task<IReadOnlyList<QueryRun>> Measure<T>(
        Uri operations,
        IReadOnlyList<(string Name, Func<T, string> Address)> requests,
        IReadOnlyList<T> samples,
        int warmUps,
        CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = operations };
        var times = requests.ToDictionary(r => r.Name, _ => new List<TimeSpan>());
        // In turns: what disturbs the machine for a while disturbs all alike.
        foreach (var (number, sample) in samples.Index())
        {
            foreach (var (name, address) in requests)
            {
                var elapsed = await Ask(http, address(sample), cancellationToken);
                if (number >= warmUps)
                    times[name].Add(elapsed);
            }
        }

        return [.. times.Select(t => new QueryRun(t.Key, Percentiles.Of(t.Value)))];
    }

    private static async Task<TimeSpan> Ask(HttpClient http, string address, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await http.GetAsync(new Uri(address, UriKind.Relative), cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        return response.IsSuccessStatusCode
            ? elapsed
            : throw new BenchmarkException($"GET {address} answered {(int)response.StatusCode}.");
    }

    /// <summary>About random moments: any week is as likely as any other.</summary>
    private static async Task<IReadOnlyList<Sample>> ReadSamples(int count, CancellationToken cancellationToken)
    {
        await using var database = Database.OpenInside();
        var first = await ReadEnd(database, "ASC", cancellationToken);
        var last = await ReadEnd(database, "DESC", cancellationToken);
        var random = new Random(Seed);
        Guid[] moments =
        [
            .. Enumerable.Range(0, count).Select(
                _ => Ulid.MinValue(first + random.NextDouble() * (last - first)).ToGuid()),
        ];
        await using var command = database.CreateCommand(
            $"""
            SELECT last.payment_id, last.merchant_id,
                   greatest(last.accepted_at, earlier.accepted_at) + interval '1 millisecond',
                   least(last.accepted_at, earlier.accepted_at)
            FROM unnest($1) AS moment
            CROSS JOIN LATERAL (
                SELECT * FROM orchestrator.payment WHERE payment_id <= moment ORDER BY payment_id DESC LIMIT 1) AS last
            CROSS JOIN LATERAL (
                SELECT * FROM orchestrator.payment WHERE payment_id <= moment
                ORDER BY payment_id DESC OFFSET {PlacesBefore} LIMIT 1) AS earlier
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = moments });
        var samples = new List<Sample>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            samples.Add(new Sample(
                Ulid.FromGuid(reader.GetGuid(0)).ToString(), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return samples;
    }

    /// <summary>When the oldest payment was made, or the newest one.</summary>
    private static async Task<DateTimeOffset> ReadEnd(
        NpgsqlDataSource database, string order, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"SELECT payment_id FROM orchestrator.payment ORDER BY payment_id {order} LIMIT 1");
        return Ulid.FromGuid((Guid)(await command.ExecuteScalarAsync(cancellationToken))!).Timestamp;
    }
}
