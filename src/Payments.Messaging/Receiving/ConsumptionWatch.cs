using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Payments.Messaging;

/// <summary>
/// Begins an endpoint anew that consumes nothing although the broker answers. MassTransit 8.4 gives an endpoint up for good
/// when a call that sets it up is cancelled, which is how the broker's client ends one that was not answered in time; and
/// that client may wait for ever where the answer is lost. If an endpoint cannot be begun anew, the process ends.
/// </summary>
internal sealed partial class ConsumptionWatch(
    IBusControl bus, IOptions<BrokerOptions> options, TimeProvider time, ILogger<ConsumptionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    /// <summary>What it works on still may have to wait for the database, or for confirms.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);

    /// <summary>Since when each consumes nothing, with a broker that answers.</summary>
    private readonly Dictionary<Uri, long> _idleSince = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Look(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task Look(CancellationToken cancellationToken)
    {
        var endpoints = bus.CheckHealth().Endpoints.Values;
        foreach (var healthy in endpoints.Where(e => e.Status == BusHealthStatus.Healthy))
            _idleSince.Remove(healthy.InputAddress);
        var idle = endpoints.Where(e => e.Status != BusHealthStatus.Healthy).ToList();
        if (idle.Count == 0)
            return;

        if (!await BrokerAnswers(cancellationToken))
        {
            _idleSince.Clear();
            return;
        }

        foreach (var endpoint in idle)
        {
            if (_idleSince.TryAdd(endpoint.InputAddress, time.GetTimestamp()))
                continue;
            if (time.GetElapsedTime(_idleSince[endpoint.InputAddress]) < options.Value.IdleLimit)
                continue;
            LogIdle(logger, endpoint.InputAddress, endpoint.Description);
            await BeginAnew(endpoint.ReceiveEndpoint, cancellationToken);
            _idleSince.Remove(endpoint.InputAddress);
        }
    }

    private async Task<bool> BrokerAnswers(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeLimit);
        try
        {
            var factory = new ConnectionFactory { Uri = options.Value.Uri!, AutomaticRecoveryEnabled = false };
            await using var connection = await factory.CreateConnectionAsync(limit.Token);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: limit.Token);
            return true;
        }
        catch (Exception exception) when (
            exception is BrokerUnreachableException or OperationInterruptedException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task BeginAnew(IReceiveEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await endpoint.Stop(cancellationToken).WaitAsync(StopLimit, time, cancellationToken);
            endpoint.Start(CancellationToken.None);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"{endpoint.InputAddress} consumes nothing, and cannot be begun anew: this process ends, to be started again.", exception);
        }
    }

    [LoggerMessage(2203, LogLevel.Warning, "{Endpoint} consumes nothing ({State}) although the broker answers; it is begun anew.")]
    private static partial void LogIdle(ILogger logger, Uri endpoint, string? state);
}
