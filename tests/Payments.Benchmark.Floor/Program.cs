using System.Runtime.InteropServices;
using Payments.Benchmark.Floor;
using Payments.Benchmark.Floor.Executor;
using Payments.Benchmark.Floor.Ledger;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Orchestrator;
using Payments.Benchmark.Floor.Wallets;
using RabbitMQ.Client;

// A yardstick, not a product: the approved sale of a single order by hand, on one role's queues. See README.md.
if (args is not ["worker", var role])
{
    await Console.Error.WriteLineAsync("usage: Payments.Benchmark.Floor worker orchestrator|executor|wallets|ledger");
    return 2;
}

// Asked to stop it ends at once: what is not acknowledged comes again and finds its inbox row.
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(0));
try
{
    var settings = new Settings();
    var started = 0;
    switch (role)
    {
        case "orchestrator":
            await Task.WhenAny(Run(await FrontDoorRole.Open(settings), 2), Run(await PayingRole.Open(settings), 2)).Unwrap();
            break;
        case "executor":
            await Run(await ChargingRole.Open(settings), 1);
            break;
        case "wallets":
            await Run(await CreditingRole.Open(settings), 1);
            break;
        case "ledger":
            await Run(await RecordingRole.Open(settings), 1);
            break;
        default:
            throw new InvalidOperationException($"There is no role {role}.");
    }

    async Task Run<T>(IRole<T> part, int parts)
        where T : Delivery
    {
        var factory = new ConnectionFactory { Uri = settings.Broker, AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync($"floor {role}");
        await new ConsumerLoop<T>(part, connection).Run(() =>
        {
            if (Interlocked.Increment(ref started) == parts)
                _ = HealthEndpoint.Serve(settings.Address);
        });
    }

    throw new InvalidOperationException("Consuming ended.");
}
catch (Exception exception) when (exception is not OutOfMemoryException)
{
    await Console.Error.WriteLineAsync($"The floor's {role} stops: {exception}");
    return 1;
}
