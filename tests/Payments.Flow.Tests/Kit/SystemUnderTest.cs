using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Flow.Tests.Kit;

/// <summary>
/// All six programs as processes of their own, on the servers that <c>infra/test</c> started; started once for all
/// journeys. The routing table has a country for each scenario, see <see cref="Country"/>.
/// </summary>
public sealed class SystemUnderTest : IAsyncLifetime
{
    private static readonly string[] Names = ["sandbox", "orchestrator", "executor", "wallets", "ledger", "operations"];
    private static readonly Dictionary<string, string> OrchestratorSettings = new(Country.Routing.Concat(Timetable.Settings));
    private const string Parked = "Parked";

    private readonly Dictionary<string, ServiceProcess> _services = [];
    private readonly Func<string, IReadOnlyDictionary<string, string>?> _settings;

    public SystemUnderTest()
        : this(name => name == "orchestrator" ? OrchestratorSettings : null)
    {
    }

    /// <param name="settings">What each process is set otherwise than by <c>infra/test</c>; null for nothing.</param>
    internal SystemUnderTest(Func<string, IReadOnlyDictionary<string, string>?> settings) => _settings = settings;

    internal BrokerClient Broker { get; private set; } = null!;

    internal FrontDoor FrontDoor { get; private set; } = null!;

    internal PaymentsHttp Http { get; private set; } = null!;

    internal SandboxHttp Sandbox { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        foreach (var name in Names)
            _services.Add(name, new ServiceProcess(name, _settings(name)));
        try
        {
            await Task.WhenAll(_services.Values.Select(s => s.Start()));
            Broker = await BrokerClient.Connect("operations");
            foreach (var hear in Heard)
                await hear(Broker);
            FrontDoor = await FrontDoor.Connect();
            Http = new PaymentsHttp(_services["operations"].Address);
            Sandbox = new SandboxHttp(_services["sandbox"].Address);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (Broker is not null)
            await Broker.DisposeAsync();
        if (FrontDoor is not null)
            await FrontDoor.DisposeAsync();
        Http?.Dispose();
        Sandbox?.Dispose();
        await Task.WhenAll(_services.Values.Select(s => s.DisposeAsync().AsTask()));
    }

    /// <summary>SIGKILL.</summary>
    internal Task Kill(string service) => _services[service].Kill();

    /// <summary>Starts what was killed; it is ready when this returns.</summary>
    internal Task Start(string service) => _services[service].Start();

    /// <summary>Waits until the payment ended, or waits for a person.</summary>
    internal Task<PaymentDetails> AwaitEnd(Ulid paymentId, int seconds = 90) =>
        Await(paymentId, "its end", p => IsTerminal(p) || p.State == Parked, seconds);

    /// <summary>Waits until the payment is as described; when it hangs, says where it stands and what the logs say.</summary>
    internal async Task<PaymentDetails> Await(
        Ulid paymentId, string step, Func<PaymentDetails, bool> until, int seconds = 90)
    {
        PaymentDetails? last = null;
        try
        {
            return await Eventually.Async(
                $"payment {paymentId}: {step}",
                TimeSpan.FromSeconds(seconds),
                async () => last = await Http.Find(paymentId),
                payment => payment is not null && (until(payment) || IsTerminal(payment)),
                retryOn: error => error is HttpRequestException) is { } found && until(found)
                    ? found
                    : throw new EventuallyException($"It is too late for: {step}", innerException: null);
        }
        catch (EventuallyException exception)
        {
            throw new EventuallyException(
                $"Payment {paymentId}: waited in vain for {step}.\n{Describe(last)}\n{Troubles()}", exception);
        }
    }

    /// <summary>Waits for a condition that is not about one payment.</summary>
    internal async Task Await(string step, Func<Task<bool>> condition, int seconds = 60)
    {
        try
        {
            await Eventually.Async(
                step, TimeSpan.FromSeconds(seconds), condition, retryOn: error => error is HttpRequestException);
        }
        catch (EventuallyException exception)
        {
            throw new EventuallyException($"{exception.Message}\n{Troubles()}", exception);
        }
    }

    /// <summary>
    /// Until payments have probed each connection and every breaker is closed: other journeys are to find them well.
    /// </summary>
    internal Task Recover() => Await(
        "closed breakers",
        async () =>
        {
            foreach (var connection in Country.Connections)
            {
                var probe = Request.OfOneAt(connection);
                await FrontDoor.Publish(probe);
                await AwaitEnd(probe.PaymentId);
            }

            return (await Http.PspConnections()).Where(c => !c.Stale)
                .All(c => c.Waiting == 0 && c.Breakers.Values.All(state => state == "closed"));
        },
        seconds: 180);

    /// <summary>From now on the seller's wallet takes nothing.</summary>
    internal async Task CloseWallet(string sellerId)
    {
        await Broker.Send(
            "wallets", Ulid.NewUlid().ToGuid(), new UpdateSeller { SellerId = sellerId, Closed = true });
        await Broker.Await<SellerUpdated>(1, seller => seller.SellerId == sellerId);
    }

    /// <summary>From now on the ledger refuses postings to what is owed to the seller, as its owner may order.</summary>
    internal static async Task BlockAccountOf(string sellerId)
    {
        await using var connection = new NpgsqlConnection(RunDirectory.ConnectionString("ledger", "Owner"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "INSERT INTO blocked_account (account, reason) VALUES ($1, 'flow test')", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = $"seller-payable:{sellerId}" } },
        };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What each log has last in errors and warnings.</summary>
    internal string Troubles() => string.Join('\n', _services.Values.SelectMany(s =>
        s.LastTroubles(6).Prepend($"--- last troubles of {s.Name}, from {s.LogFile}")));

    internal static string Describe(PaymentDetails? payment)
    {
        if (payment is null)
            return "It is not known.";
        var orders = payment.Orders.Select(o => $"  {o.OrderId} {o.Status} {o.Reason} at {o.Connection}");
        var history = payment.History.Select(h =>
            $"  {h.Sequence} {h.At:HH:mm:ss.fff} {h.From} -{h.Event} {h.OrderId}-> {h.To}, sent {string.Join(' ', h.Sent)}");
        return $"It is {payment.State} ({payment.Reason}), waits for {payment.WaitsFor} until {payment.WaitsUntil:O}\n"
            + string.Join('\n', orders.Concat(history));
    }

    private static bool IsTerminal(PaymentDetails payment) =>
        payment.State is "Completed" or "PartiallyCompleted" or "Failed" or "Rejected";

    private static readonly Func<BrokerClient, Task>[] Heard =
    [
        b => b.Hear<PaymentRejected>(), b => b.Hear<PaymentRefused>(), b => b.Hear<PaymentDeduplicated>(),
        b => b.Hear<PaymentCompleted>(), b => b.Hear<PaymentPartiallyCompleted>(), b => b.Hear<PaymentFailed>(),
        b => b.Hear<PaymentParked>(), b => b.Hear<PaymentResumed>(), b => b.Hear<DebtOpened>(),
        b => b.Hear<DebtSettled>(), b => b.Hear<SellerUpdated>(), b => b.Hear<PspBreakerChanged>(),
    ];
}
