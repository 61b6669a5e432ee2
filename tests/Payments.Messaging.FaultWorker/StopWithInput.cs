using Microsoft.Extensions.Hosting;

namespace Payments.Messaging.FaultWorker;

/// <summary>Stops the process in good order when whoever started it closes its input, or is gone.</summary>
internal sealed class StopWithInput(IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(
        () =>
        {
            Console.In.ReadToEnd();
            lifetime.StopApplication();
        },
        CancellationToken.None);
}
