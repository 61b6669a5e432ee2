using Microsoft.Extensions.Hosting;

namespace Payments.Hosting;

/// <summary>Refuses to start without a database, or on one that lacks migrations.</summary>
internal sealed class DatabaseGuard(Migrator migrator) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => migrator.Verify(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
