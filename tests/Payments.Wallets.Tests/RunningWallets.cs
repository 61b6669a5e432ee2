using Payments.Contracts;
using Payments.Testing;

namespace Payments.Wallets;

/// <summary>The service as a process, and a client that hears everything it says.</summary>
public sealed class RunningWallets : IAsyncLifetime
{
    private WorkerProcess _worker = null!;

    public BrokerClient Broker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Broker = await BrokerClient.Connect("wallets");
        await Broker.Hear<WalletsCredited>();
        await Broker.Hear<CreditRejected>();
        await Broker.Hear<CreditsReversed>();
        await Broker.Hear<OperationAbandoned>();
        await Broker.Hear<SellerUpdated>();
        _worker = await WorkerProcess.Start("wallets");
    }

    public async Task DisposeAsync()
    {
        await _worker.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
