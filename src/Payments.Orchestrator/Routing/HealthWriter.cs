using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Routing;

/// <summary>The state of one breaker; an older one changes nothing.</summary>
internal sealed record SaveHealth(string Connection, string Step, string Process, BreakerState State, DateTimeOffset At) : IWrite;

/// <summary>SQL of <see cref="SaveHealth"/>.</summary>
internal sealed class HealthWriter : Writer<SaveHealth>
{
    private const string Upsert = """
        INSERT INTO connection_health AS known (connection, step, process, state, at)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
        ON CONFLICT (connection, step, process) DO UPDATE
        SET state = excluded.state, at = excluded.at, seen_at = now()
        WHERE known.at < excluded.at
        """;

    /// <summary>Processes come and go.</summary>
    private const string Forget = "DELETE FROM connection_health WHERE seen_at < now() - interval '1 day'";

    protected override void Add(WriteBatch batch, SaveHealth[] writes)
    {
        // One statement cannot change a row twice: of several states in a group the newest counts.
        var rows = writes.GroupBy(w => (w.Connection, w.Step, w.Process)).Select(g => g.MaxBy(w => w.At)!)
            .OrderBy(w => w.Connection, StringComparer.Ordinal).ThenBy(w => w.Step, StringComparer.Ordinal)
            .ThenBy(w => w.Process, StringComparer.Ordinal).ToArray();
        batch.Add(Forget);
        batch.Add(
            Upsert,
            Sql.Value(Array.ConvertAll(rows, r => r.Connection)),
            Sql.Value(Array.ConvertAll(rows, r => r.Step)),
            Sql.Value(Array.ConvertAll(rows, r => r.Process)),
            Sql.Value(Array.ConvertAll(rows, r => r.State.ToString())),
            Sql.Value(Array.ConvertAll(rows, r => r.At.ToUniversalTime())));
    }
}
