using Npgsql;
using Payments.Contracts;
using Payments.Flow.Tests.Kit;
using Payments.Testing;

namespace Payments.Flow.Tests.Storm;

/// <summary>Where the payments of a storm stand, read from the operators' views.</summary>
internal sealed class StormEnds : IDisposable
{
    /// <summary>
    /// No wait for a PSP is longer in this run: the looks that the saga spreads over days come at once after each other.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private readonly NpgsqlDataSource _saga =
        NpgsqlDataSource.Create(RunDirectory.ConnectionString("orchestrator", "Owner"));

    private readonly NpgsqlDataSource _ops = NpgsqlDataSource.Create(RunDirectory.ConnectionString("operations", "OpsReader"));
    private readonly SystemUnderTest _system;
    private readonly Guid[] _payments;

    public StormEnds(SystemUnderTest system, IEnumerable<Request> requests)
    {
        _system = system;
        _payments = [.. requests.Select(r => r.PaymentId.ToGuid())];
    }

    /// <summary>State and reason of each, as last read.</summary>
    public IReadOnlyDictionary<Ulid, (string State, string? Reason)> Ends { get; private set; } =
        new Dictionary<Ulid, (string State, string? Reason)>();

    public string Summary => string.Join(
        ", ",
        Ends.Values.GroupBy(e => e.State == "Parked" ? $"Parked ({e.Reason})" : e.State)
            .OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}"));

    public void Dispose()
    {
        _ops.Dispose();
        _saga.Dispose();
    }

    /// <summary>Waits until each is terminal, or waits for a person.</summary>
    public async Task Await(TimeSpan deadline)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            await Eventually.Async(
                "every payment to end",
                deadline,
                async () =>
                {
                    await pace.WaitForNextTickAsync();
                    await Hurry();
                    Ends = await Read();
                    return _payments.Length - Ends.Values.Count(e => HasEnded(e.State));
                },
                open => open == 0,
                retryOn: error => error is NpgsqlException);
        }
        catch (EventuallyException exception)
        {
            var open = Ends.Where(e => !HasEnded(e.Value.State)).Select(e => e.Key).Take(5);
            var described = await Task.WhenAll(open.Select(id => _system.Http.Find(id)));
            throw new EventuallyException(
                $"Not every payment ended ({Summary}).\n" + string.Join('\n', described.Select(SystemUnderTest.Describe))
                + "\n" + _system.Troubles(),
                exception);
        }
    }

    private async Task Hurry()
    {
        await using var command = _saga.CreateCommand(
            """
            WITH questions AS (
                UPDATE payment_order o SET ask_at = now() + $1
                FROM payment p
                WHERE p.payment_id = o.payment_id AND p.state IN ('Resolving', 'Voiding', 'Refunding') AND o.ask_at > now() + $1)
            UPDATE payment SET deadline_at = now() + $1
            WHERE state IN ('Resolving', 'Voiding', 'Refunding') AND deadline_at > now() + $1
            """);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = LongestWait });
        await command.ExecuteNonQueryAsync();
    }

    private static bool HasEnded(string state) =>
        state is "Completed" or "PartiallyCompleted" or "Failed" or "Rejected" or "Parked";

    private async Task<Dictionary<Ulid, (string State, string? Reason)>> Read()
    {
        await using var command = _ops.CreateCommand(
            "SELECT payment_id, state, reason FROM orchestrator.ops_payment_v1 WHERE payment_id = ANY ($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = _payments });
        await using var reader = await command.ExecuteReaderAsync();
        var ends = new Dictionary<Ulid, (string State, string? Reason)>();
        while (await reader.ReadAsync())
            ends.Add(Ulid.FromGuid(reader.GetGuid(0)), (reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        return ends;
    }
}
