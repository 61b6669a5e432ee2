using Npgsql;
using Payments.Contracts;
using Payments.Flow.Tests.Kit;
using Payments.Testing;

namespace Payments.Flow.Tests.Chaos;

/// <summary>The payments of one round: published steadily, every fourth over HTTP, then followed to their ends.</summary>
internal sealed class ChaosLoad : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(150);

    private readonly SystemUnderTest _system;
    private readonly NpgsqlDataSource _ops = NpgsqlDataSource.Create(RunDirectory.ConnectionString("operations", "OpsReader"));
    private readonly ChaosPayment[] _payments;
    private Dictionary<Ulid, string> _states = [];
    private int _published;

    private ChaosLoad(SystemUnderTest system, ChaosPayment[] payments)
    {
        _system = system;
        _payments = payments;
    }

    public int Published => Volatile.Read(ref _published);

    public string Summary => string.Join(", ", _states.GroupBy(s => s.Value).Select(g => $"{g.Count()} {g.Key}"));

    public static async Task<ChaosLoad> Prepare(SystemUnderTest system, int seed, int count)
    {
        var random = new Random(seed);
        var closedSeller = $"seller-closed-{Ulid.NewUlid()}";
        await system.CloseWallet(closedSeller);
        return new ChaosLoad(system, [.. Enumerable.Range(0, count).Select(n => ChaosPayment.Create(n, random, closedSeller))]);
    }

    public void Dispose() => _ops.Dispose();

    public async Task Publish()
    {
        await using var publisher = new StubbornPublisher();
        using var pace = new PeriodicTimer(Pace);
        var posted = new List<Task>();
        foreach (var (number, payment) in _payments.Index())
        {
            await pace.WaitForNextTickAsync();
            if (number % 4 == 3)
                posted.Add(StubbornPublisher.Post(_system.Http, payment.Request));
            else
                await publisher.Publish(payment.Request.ToBytes());
            Interlocked.Increment(ref _published);
        }

        await Task.WhenAll(posted);
    }

    public Task AwaitPublished(int count) =>
        _system.Await($"{count} payments to be published", () => Task.FromResult(Published >= count), seconds: 180);

    public async Task AwaitEnds(TimeSpan deadline)
    {
        try
        {
            await Eventually.Async(
                "every payment to end",
                deadline,
                async () =>
                {
                    _states = await ReadStates();
                    return _payments.Where(p => !HasEnded(p)).Select(p => p.Request.PaymentId).ToArray();
                },
                open => open.Length == 0,
                retryOn: error => error is NpgsqlException);
        }
        catch (EventuallyException exception)
        {
            var open = _payments.Where(p => !HasEnded(p)).ToArray();
            var first = await Task.WhenAll(open.Take(3).Select(p => _system.Http.Find(p.Request.PaymentId)));
            throw new EventuallyException(
                $"{open.Length} of {_payments.Length} payments did not end ({Summary}).\n"
                + string.Join('\n', first.Select(SystemUnderTest.Describe)) + "\n" + _system.Troubles(),
                exception);
        }
    }

    public async Task ShouldHaveEndedAsTheirTokensSay()
    {
        var rerouted = await ReadRerouted();
        _payments
            .Where(p => !p.Ends.Contains(_states[p.Request.PaymentId]))
            .Where(p => !(rerouted.Contains(p.Request.PaymentId) && _states[p.Request.PaymentId] == p.Rerouted))
            .Select(p => $"{p.Request.PaymentId} {p.Request.Token} {p.Request.Policy} ended {_states[p.Request.PaymentId]}")
            .ShouldBeEmpty();
    }

    /// <summary>Parked is an end only where the token leads there.</summary>
    private bool HasEnded(ChaosPayment payment) =>
        _states.TryGetValue(payment.Request.PaymentId, out var state)
        && (state is "Completed" or "PartiallyCompleted" or "Failed" or "Rejected" || (state == "Parked" && payment.Ends.Contains(state)));

    private async Task<Dictionary<Ulid, string>> ReadStates()
    {
        await using var command = About("SELECT payment_id, state FROM orchestrator.ops_payment_v1 WHERE payment_id = ANY ($1)");
        await using var reader = await command.ExecuteReaderAsync();
        var states = new Dictionary<Ulid, string>();
        while (await reader.ReadAsync())
            states.Add(Ulid.FromGuid(reader.GetGuid(0)), reader.GetString(1));
        return states;
    }

    /// <summary>
    /// Those that did not go where their share sends them: a connection did not try an order that it was sent, or was known
    /// to be unhealthy and stood behind the others.
    /// </summary>
    private async Task<HashSet<Ulid>> ReadRerouted()
    {
        await using var command = About("""
            SELECT DISTINCT payment_id FROM orchestrator.ops_history_v1
            WHERE payment_id = ANY ($1)
              AND (event = 'OrderNotAttempted'
                   OR evidence @? '$.routes[*].candidates[*] ? (@.standing == "in_reserve" && @.unhealthy == true)')
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rerouted = new HashSet<Ulid>();
        while (await reader.ReadAsync())
            rerouted.Add(Ulid.FromGuid(reader.GetGuid(0)));
        return rerouted;
    }

    private NpgsqlCommand About(string sql)
    {
        var command = _ops.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]>
        {
            TypedValue = [.. _payments.Select(p => p.Request.PaymentId.ToGuid())],
        });
        return command;
    }
}
