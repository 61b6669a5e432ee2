using Microsoft.Extensions.Options;
using Npgsql;
using Payments.Messaging;
using RabbitMQ.Client.Exceptions;

namespace Payments.Operations.Collecting;

/// <summary>
/// Takes every dead letter out of the broker into the database. A letter is acknowledged after it is committed and not
/// before; what a crash leaves in between comes again, and is known. Event ids 7100 to 7199.
/// </summary>
internal sealed partial class DeadLetterCollector(
    CollectingOptions options,
    IOptions<BrokerOptions> broker,
    BrokerManagement management,
    KnownPayments payments,
    LetterTable letters,
    TimeProvider time,
    ILogger<DeadLetterCollector> logger)
    : BackgroundService
{
    private const int GroupLetters = 64;
    private const long GroupBytes = 8 * 1024 * 1024;
    // The broker's figures are up to 5 s old.
    private static readonly TimeSpan DesertedLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastDelay = TimeSpan.FromSeconds(15);

    // Kept from one connection to the next: the management API may be away when the broker is not.
    private HashSet<string> _queues = [];
    private readonly Dictionary<string, long> _deserted = [];
    private bool _managementAnswers = true;
    private long _stored;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = FirstDelay;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AwaitDatabase(stoppingToken);
                await using var channel = await CollectingChannel.Open(broker.Value.Uri!, options.Prefetch, stoppingToken);
                delay = FirstDelay;
                await Collect(channel, stoppingToken);
            }
            catch (Exception exception) when (IsOfBroker(exception) && !stoppingToken.IsCancellationRequested)
            {
                LogBrokerAway(logger, exception.Message, delay.TotalSeconds);
                await Wait(delay, stoppingToken);
                delay = delay * 2 < LastDelay ? delay * 2 : LastDelay;
            }
            catch (QueueLostException exception)
            {
                LogQueueLost(logger, exception.Message);
            }
            catch (DatabaseAwayException exception)
            {
                // The channel is closed: whatever was on its way is the broker's again.
                LogDatabaseAway(logger, exception.Message);
                await Wait(FirstDelay, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task Collect(CollectingChannel channel, CancellationToken stoppingToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] work = [Discover(channel, ended.Token), StoreAll(channel, ended.Token)];
        var first = await Task.WhenAny(work);
        await ended.CancelAsync();
        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The one that ended it says why; the other was only called off.
        await first;
    }

    private async Task Discover(CollectingChannel channel, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadQueues(cancellationToken) is [var deserted, ..])
                throw new QueueLostException(deserted);
            foreach (var queue in await channel.Consume(_queues, cancellationToken))
                LogQueue(logger, queue);
            await Wait(options.DiscoveryInterval, cancellationToken);
        }
    }

    /// <summary>Returns those that have had no consumer for too long, though we consume every one.</summary>
    private async Task<IReadOnlyList<string>> ReadQueues(CancellationToken cancellationToken)
    {
        try
        {
            var found = (await management.ReadQueues(cancellationToken)).Where(q => DeadLetterQueues.Contains(q.Name)).ToArray();
            _queues = [.. found.Select(q => q.Name)];
            _managementAnswers = true;
            return Deserted(found);
        }
        catch (HttpRequestException exception)
        {
            // Said once, and not every few seconds.
            if (_managementAnswers)
                LogManagementAway(logger, exception.Message);
            _managementAnswers = false;
            return [];
        }
    }

    /// <summary>
    /// Those that the broker has ceased to deliver from without saying so, as it does when a queue is deleted and made again
    /// at once: for a while nobody consumes them, or they hold letters while none is stored.
    /// </summary>
    private string[] Deserted(IReadOnlyList<BrokerQueue> found)
    {
        var stored = Interlocked.Exchange(ref _stored, 0);
        var idle = found.Where(q => q.Consumers == 0 || (stored == 0 && q.Ready + q.Unacknowledged > 0))
            .Select(q => q.Name).ToHashSet();
        foreach (var queue in _deserted.Keys.Except(idle).ToArray())
            _deserted.Remove(queue);
        foreach (var queue in idle)
            _deserted.TryAdd(queue, time.GetTimestamp());
        string[] lost = [.. _deserted.Where(d => time.GetElapsedTime(d.Value) > DesertedLimit).Select(d => d.Key)];
        if (lost.Length > 0)
            _deserted.Clear();
        return lost;
    }

    private async Task StoreAll(CollectingChannel channel, CancellationToken cancellationToken)
    {
        while (true)
        {
            var taken = await channel.Take(GroupLetters, GroupBytes, cancellationToken);
            await Store(channel, [.. taken.Select(t => new Taken(t.Tag, t.Source, Read(t.Source)))], cancellationToken);
        }
    }

    /// <summary>One that this program cannot read, for a fault of its own, is kept as it came.</summary>
    private Letter Read(LetterSource source)
    {
        try
        {
            return Letter.Read(source, time.GetUtcNow());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogUnreadable(logger, exception, source.Queue, source.Properties.MessageId);
            return Letter.Unreadable(source, time.GetUtcNow());
        }
    }

    private async Task Store(CollectingChannel channel, Taken[] group, CancellationToken cancellationToken)
    {
        try
        {
            var marked = await payments.Mark([.. group.Select(g => g.Letter)], cancellationToken);
            var stored = await letters.Store(marked, cancellationToken);
            LogStored(logger, stored, group.Length - stored);
            Interlocked.Add(ref _stored, group.Length);
        }
        catch (Exception exception) when (Persistence.MayPass(exception))
        {
            throw new DatabaseAwayException(exception.Message, exception);
        }
        catch (PostgresException) when (group.Length > 1)
        {
            // One of them is refused for good, and must not hold up the others.
            foreach (var one in group)
                await Store(channel, [one], cancellationToken);
            return;
        }
        catch (PostgresException exception) when (group[0].Letter.Reason != LetterReason.Unreadable)
        {
            LogRefused(logger, group[0].Source.Queue, group[0].Letter.MessageId, exception.MessageText);
            await Store(
                channel, [group[0] with { Letter = Letter.Unreadable(group[0].Source, time.GetUtcNow()) }], cancellationToken);
            return;
        }
        catch (PostgresException exception)
        {
            // Nothing is left in it that could be at fault: it is the tables, and every letter would fare like this one.
            throw new DatabaseAwayException($"it refuses every letter: {exception.MessageText}", exception);
        }

        foreach (var taken in group)
            await channel.Acknowledge(taken.Tag, cancellationToken);
    }

    private async Task AwaitDatabase(CancellationToken cancellationToken)
    {
        var isAway = false;
        while (true)
        {
            try
            {
                await letters.Probe(cancellationToken);
                if (isAway)
                    LogDatabaseBack(logger);
                return;
            }
            catch (Exception exception) when (Persistence.MayPass(exception))
            {
                if (!isAway)
                    LogDatabaseAway(logger, exception.Message);
                isAway = true;
            }

            await Wait(FirstDelay, cancellationToken);
        }
    }

    private Task Wait(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, time, cancellationToken);

    /// <summary>What the client throws when the broker, or the connection to it, is lost.</summary>
    public static bool IsOfBroker(Exception exception) =>
        exception is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException
            or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException;

    [LoggerMessage(7100, LogLevel.Information, "Collecting dead letters from {Queue}.")]
    private static partial void LogQueue(ILogger logger, string queue);

    [LoggerMessage(7101, LogLevel.Information, "Stored {Stored} dead letters; {Known} were known.")]
    private static partial void LogStored(ILogger logger, int stored, int known);

    [LoggerMessage(7102, LogLevel.Warning, "The broker does not let dead letters be collected ({Reason}); trying again in {DelaySeconds} s.")]
    private static partial void LogBrokerAway(ILogger logger, string reason, double delaySeconds);

    [LoggerMessage(7103, LogLevel.Warning, "The broker's management API does not answer ({Reason}): new dead-letter queues are not noticed until it does.")]
    private static partial void LogManagementAway(ILogger logger, string reason);

    [LoggerMessage(7104, LogLevel.Warning, "The database does not answer ({Reason}): dead letters stay in the broker and are not collected until it does.")]
    private static partial void LogDatabaseAway(ILogger logger, string reason);

    [LoggerMessage(7105, LogLevel.Information, "The database answers again; dead letters are collected.")]
    private static partial void LogDatabaseBack(ILogger logger);

    [LoggerMessage(7107, LogLevel.Information, "Connecting anew to collect dead letters: {Reason}")]
    private static partial void LogQueueLost(ILogger logger, string reason);

    [LoggerMessage(7108, LogLevel.Error, "A dead letter of {Queue}, message {MessageId}, cannot be read. It is kept as it came.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, string queue, string? messageId);

    [LoggerMessage(7106, LogLevel.Error, "The database refuses a dead letter of {Queue}, message {MessageId}: {Reason}. It is kept as it came, and nothing derived from it.")]
    private static partial void LogRefused(ILogger logger, string queue, string? messageId, string reason);
}

/// <summary>It may come back; until then nothing is collected.</summary>
internal sealed class DatabaseAwayException(string message, Exception inner) : Exception(message, inner);

/// <param name="Tag">To acknowledge it by.</param>
/// <param name="Source">As it was delivered.</param>
/// <param name="Letter">As it is to be stored.</param>
internal sealed record Taken(ulong Tag, LetterSource Source, Letter Letter);
