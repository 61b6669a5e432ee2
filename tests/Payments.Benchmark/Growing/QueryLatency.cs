using System.Diagnostics;
using Npgsql;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;
using Payments.Contracts;

namespace Payments.Benchmark.Growing;

/// <summary>
/// How long the API takes to answer, one request after the other, about payments from anywhere in the tables. Nothing else
/// runs meanwhile.
/// </summary>
internal static class QueryLatency
{
    /// <summary>Enough for the runtime to have compiled what is measured.</summary>
    private const int WarmUps = 300;
    private const int Requests = 1000;
    private const int PlacesBefore = 50;

    /// <exception cref="BenchmarkException">An answer was not 200.</exception>
    public static async Task<IReadOnlyList<QueryRun>> Measure(Uri operations, CancellationToken cancellationToken)
    {
        var samples = await ReadSamples(WarmUps + Requests, cancellationToken);
        using var http = new HttpClient { BaseAddress = operations };
        var times = ListRequests.All.ToDictionary(r => r.Name, _ => new List<TimeSpan>());
        // In turns: what disturbs the machine for a while disturbs all alike.
        foreach (var (number, sample) in samples.Index())
        {
            foreach (var (name, address) in ListRequests.All)
            {
                var elapsed = await Ask(http, address(sample), cancellationToken);
                if (number >= WarmUps)
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

    /// <summary>Ids of random times: as likely from any week as from any other.</summary>
    private static async Task<IReadOnlyList<Sample>> ReadSamples(int count, CancellationToken cancellationToken)
    {
        await using var database = Database.OpenInside();
        await using var command = database.CreateCommand(
            $"""
            WITH range AS (
                SELECT {UlidSql.Milliseconds("(SELECT payment_id FROM orchestrator.payment ORDER BY payment_id LIMIT 1)")} AS low,
                       {UlidSql.Milliseconds("(SELECT payment_id FROM orchestrator.payment ORDER BY payment_id DESC LIMIT 1)")} AS high)
            SELECT page.*
            FROM generate_series(1, $1) AS n
            CROSS JOIN LATERAL (
                SELECT (array_agg(payment_id))[1], (array_agg(merchant_id))[1], max(accepted_at), min(accepted_at), count(*)
                FROM (SELECT payment_id, merchant_id, accepted_at
                      FROM orchestrator.payment, range
                      WHERE payment_id <= {UlidSql.Join("low + (random() * (high - low) + 0 * n)::bigint", "repeat('0', 20)")}
                      ORDER BY payment_id DESC
                      LIMIT {PlacesBefore}) AS p) AS page (payment_id, merchant_id, accepted_at, earlier_at, found)
            WHERE page.found = {PlacesBefore}
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count * 2 });
        var samples = new List<Sample>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken) && samples.Count < count)
        {
            samples.Add(new Sample(
                Ulid.FromGuid(reader.GetGuid(0)).ToString(), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return samples.Count == count
            ? samples
            : throw new BenchmarkException($"The tables gave {samples.Count} samples for queries instead of {count}.");
    }
}
