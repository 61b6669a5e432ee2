using Payments.Contracts;
using Payments.Testing;

namespace Payments.Ledger;

/// <summary>The service as a process, and a client that hears everything it says.</summary>
public sealed class RunningLedger : IAsyncLifetime
{
    private WorkerProcess _worker = null!;

    public BrokerClient Broker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Broker = await BrokerClient.Connect("ledger");
        await Broker.Hear<JournalRecorded>();
        await Broker.Hear<JournalRejected>();
        _worker = await WorkerProcess.Start("ledger");
    }

    public async Task DisposeAsync()
    {
        await _worker.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
