using Microsoft.Extensions.Options;
using Payments.Messaging;
using Payments.Operations.Collecting;

namespace Payments.Operations.Replaying;

/// <summary>
/// Sends claimed letters on, under a lease: of several processes one has a letter in hand, and when that one dies, another takes
/// over. Letters for our own queues go out many at a time, with one wait for their confirms. Event ids 7160 to 7169.
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
            if (await replays.Lease(options.ReplayLease, stoppingToken) is not { Count: > 0 } due)
                return;
            await Publish(channel, due, taken);
        }
    }

    private async Task Publish(ReplayChannel channel, IReadOnlyList<ReplayDue> due, long taken)
    {
        if (due is [{ Died: true, Repeatable: false } one])
        {
            await Settle(
                one, ReplayOutcome.Uncertain,
                $"A process died while it sent it to {one.Destination}; whether it went out is not known, and a second copy might do harm there.");
            return;
        }

        var messages = await replays.Read(due, CancellationToken.None);
        // Reading may have taken its time; what is left of the lease must be enough.
        if (time.GetElapsedTime(taken) > options.ReplayLease - ConfirmLimit)
        {
            await Return(due);
            throw new NotNowException("reading it took too long");
        }

        var answers = due.Zip(await channel.Send(messages, ConfirmLimit)).ToArray();
        await Mark([.. answers.Where(a => a.Second.Kind == SentKind.Confirmed).Select(a => a.First)]);
        await Return(answers.Where(a => a.Second.Kind == SentKind.NotNow).Select(a => a.First));
        foreach (var (replay, sent) in answers)
            await Settle(replay, sent);
        if (answers.Where(a => IsToWait(a.First, a.Second)).Select(a => a.Second.Because).FirstOrDefault() is { } because)
            throw new NotNowException(because);
    }

    private async Task Mark(ReplayDue[] confirmed)
    {
        if (confirmed.Length == 0)
            return;
        FaultPoints.Reach("replay-confirmed");
        await persistence.Persist(() => replays.Publish(confirmed));
        FaultPoints.Reach("replay-marked");
        foreach (var replay in confirmed)
            LogPublished(logger, replay.ReplayId.ToString(), replay.LetterId.ToString(), replay.Destination);
    }

    /// <summary>As if nobody had had them in hand, but for those that a process died over, which may be out.</summary>
    private Task<int> Return(IEnumerable<ReplayDue> due)
    {
        ReplayDue[] fresh = [.. due.Where(d => !d.Died)];
        return persistence.Persist(() => replays.Return(fresh));
    }

    /// <summary>One that is not out, and will not be by trying again.</summary>
    private Task Settle(ReplayDue due, Sent sent) => sent.Kind switch
    {
        SentKind.Refused when due.Died => Settle(
            due, ReplayOutcome.Uncertain, $"A process died while it sent it; now {due.Destination} does not take it ({sent.Because})."),
        SentKind.Refused => Settle(due, ReplayOutcome.NotSent, $"{due.Destination} did not take it: {sent.Because}."),
        SentKind.InDoubt when !due.Repeatable => Settle(
            due, ReplayOutcome.Uncertain,
            $"{due.Destination} may have got it: {sent.Because}. A second copy might do harm there."),
        _ => Task.CompletedTask,
    };

    /// <summary>What is in doubt is sent again when its lease has run out: a second copy does no harm there.</summary>
    private static bool IsToWait(ReplayDue due, Sent sent) =>
        sent.Kind == SentKind.NotNow || (sent.Kind == SentKind.InDoubt && due.Repeatable);

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
