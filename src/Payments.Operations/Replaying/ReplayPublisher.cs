using Microsoft.Extensions.Options;
using Payments.Messaging;
using Payments.Operations.Collecting;

namespace Payments.Operations.Replaying;

/// <summary>
/// Sends claimed letters on, one at a time, each under a lease: of several processes one has it in hand, and when that one dies,
/// another takes over. Event ids 7160 to 7169.
/// </summary>
internal sealed partial class ReplayPublisher(
    ReplayOptions options,
    IOptions<BrokerOptions> broker,
    ReplayOutbox replays,
    ReplaySignal signal,
    Persistence persistence,
    TimeProvider time,
    ILogger<ReplayPublisher> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastDelay = TimeSpan.FromSeconds(15);

    private ReplayChannel? _channel;

    /// <summary>Short of the lease: who has lost it must not send any more.</summary>
    private TimeSpan ConfirmLimit => options.ReplayLease / 2;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = FirstDelay;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PublishAll(stoppingToken);
                delay = FirstDelay;
                await signal.Wait(options.ReplayPoll, stoppingToken);
                continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (NotNowException exception)
            {
                LogWaiting(logger, exception.Message, delay.TotalSeconds);
            }
            catch (Exception exception) when (DeadLetterCollector.IsOfBroker(exception))
            {
                LogBrokerAway(logger, exception.Message, delay.TotalSeconds);
            }
            catch (Exception exception) when (Persistence.MayPass(exception))
            {
                LogDatabaseAway(logger, exception.Message, delay.TotalSeconds);
            }

            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = delay * 2 < LastDelay ? delay * 2 : LastDelay;
        }

        if (_channel is { } open)
            await open.DisposeAsync();
    }

    private async Task PublishAll(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && await replays.HasAnyDue(stoppingToken))
        {
            // Before anything is taken in hand: what waits for the broker was certainly not sent.
            var channel = await OpenChannel(stoppingToken);
            var taken = time.GetTimestamp();
            if (await replays.Lease(options.ReplayLease, stoppingToken) is not { } due)
                return;
            await Publish(channel, due, taken);
        }
    }

    private async Task Publish(ReplayChannel channel, ReplayDue due, long taken)
    {
        if (due is { Died: true, Repeatable: false })
        {
            await Settle(
                due, ReplayOutcome.Uncertain,
                $"A process died while it sent it to {due.Destination}; whether it went out is not known, and a second copy might do harm there.");
            return;
        }

        var message = await replays.Read(due, CancellationToken.None);
        // Reading may have taken its time; what is left of the lease must be enough.
        if (time.GetElapsedTime(taken) > options.ReplayLease - ConfirmLimit)
        {
            if (!due.Died)
                await persistence.Persist(() => replays.Return(due));
            throw new NotNowException("reading it took too long");
        }

        var sent = await channel.Send(message, ConfirmLimit);
        switch (sent.Kind)
        {
            case SentKind.Confirmed:
                FaultPoints.Reach("replay-confirmed");
                await persistence.Persist(() => replays.Publish(due));
                FaultPoints.Reach("replay-marked");
                LogPublished(logger, due.ReplayId.ToString(), due.LetterId.ToString(), due.Destination);
                break;
            case SentKind.Refused when due.Died:
                await Settle(
                    due, ReplayOutcome.Uncertain,
                    $"A process died while it sent it; now {due.Destination} does not take it ({sent.Because}).");
                break;
            case SentKind.Refused:
                await Settle(due, ReplayOutcome.NotSent, $"{due.Destination} did not take it: {sent.Because}.");
                break;
            case SentKind.NotNow when !due.Died:
                await persistence.Persist(() => replays.Return(due));
                throw new NotNowException(sent.Because);
            case SentKind.InDoubt when !due.Repeatable:
                await Settle(
                    due, ReplayOutcome.Uncertain,
                    $"{due.Destination} may have got it: {sent.Because}. A second copy might do harm there.");
                break;
            default:
                // Its lease runs out, and it is sent again: a second copy does no harm there.
                throw new NotNowException(sent.Because);
        }
    }

    private async Task Settle(ReplayDue due, string outcome, string because)
    {
        if (await persistence.Persist(() => replays.Settle(due, outcome, because)))
            LogNotPublished(logger, due.ReplayId.ToString(), due.LetterId.ToString(), outcome, because);
    }

    private async Task<ReplayChannel> OpenChannel(CancellationToken stoppingToken)
    {
        if (_channel is { IsOpen: true } open)
            return open;
        if (_channel is { } lost)
            await lost.DisposeAsync();
        _channel = null;
        return _channel = await ReplayChannel.Open(broker.Value.Uri!, stoppingToken);
    }

    [LoggerMessage(7160, LogLevel.Information, "Replay {Replay} of dead letter {Letter} was sent to {Destination}.")]
    private static partial void LogPublished(ILogger logger, string replay, string letter, string destination);

    [LoggerMessage(7161, LogLevel.Warning, "Replay {Replay} of dead letter {Letter} ended as {Outcome}: {Because}")]
    private static partial void LogNotPublished(ILogger logger, string replay, string letter, string outcome, string because);

    [LoggerMessage(7162, LogLevel.Warning, "The broker does not let dead letters be sent on ({Reason}); trying again in {DelaySeconds} s.")]
    private static partial void LogBrokerAway(ILogger logger, string reason, double delaySeconds);

    [LoggerMessage(7163, LogLevel.Warning, "A dead letter was not confirmed ({Reason}); going on in {DelaySeconds} s.")]
    private static partial void LogWaiting(ILogger logger, string reason, double delaySeconds);

    [LoggerMessage(7164, LogLevel.Warning, "The database does not answer ({Reason}); dead letters are sent on when it does, looking again in {DelaySeconds} s.")]
    private static partial void LogDatabaseAway(ILogger logger, string reason, double delaySeconds);

    /// <summary>The broker has not taken it; trying again at once would not help.</summary>
    private sealed class NotNowException(string message) : Exception(message);
}
