using MassTransit;
using Microsoft.Extensions.Logging;

namespace Payments.Messaging;

/// <summary>
/// Settles a delivery: commit, then publish with confirms, then return, upon which MassTransit acknowledges. Nothing is
/// thrown after the commit: the message would move to <c>_error</c> and its answer would be stranded.
/// </summary>
public sealed partial class Deliveries
{
    private static readonly TimeSpan ClashAlarm = TimeSpan.FromSeconds(30);

    private readonly ICommitter _committer;
    private readonly IConfirmedPublisher _publisher;
    private readonly Gate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger<Deliveries> _logger;

    internal Deliveries(
        ICommitter committer, IConfirmedPublisher publisher, Gate gate, TimeProvider time, ILogger<Deliveries> logger)
    {
        _committer = committer;
        _publisher = publisher;
        _gate = gate;
        _time = time;
        _logger = logger;
    }

    /// <summary>Decides over rows and settles; decides again when somebody else was first.</summary>
    public Task Settle<TKey, TRows>(ConsumeContext context, Decision<TKey, TRows> decision) =>
        Settle(decision.GateKey.ToGuid(), () => _committer.Commit(Origin.Delivery(context), decision));

    /// <summary>Settles by what the attempt commits; makes another attempt, freshly loaded, when it was a clash.</summary>
    public async Task Settle(Guid gateKey, Func<Task<CommitResult>> attempt)
    {
        IReadOnlyList<OutgoingMessage> owed;
        // The next one of this key need not wait for the confirms: messages are serialised, not ordered.
        using (await _gate.Enter(gateKey))
            owed = await Commit(gateKey, attempt);
        await Publish(owed);
    }

    /// <summary>The same without a turn, for work that shares its rows with whatever of its key is in its group.</summary>
    internal async Task SettleTogether(Guid key, Func<Task<CommitResult>> attempt) => await Publish(await Commit(key, attempt));

    private async Task Publish(IReadOnlyList<OutgoingMessage> owed)
    {
        await _publisher.Publish(owed);
        FaultPoints.Reach("before-acknowledge");
    }

    private async Task<IReadOnlyList<OutgoingMessage>> Commit(Guid key, Func<Task<CommitResult>> attempt)
    {
        var started = _time.GetTimestamp();
        for (var clashes = 0; ; clashes++)
        {
            var result = await attempt();
            if (result.Kind != CommitKind.Clash)
                return result.Messages;
            if (_time.GetElapsedTime(started) > ClashAlarm)
                LogClashing(_logger, key, clashes);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 1 + (10 * Math.Min(clashes + 1, 20)))), _time, CancellationToken.None);
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "Work for {Key} has clashed {Clashes} times and still does.")]
    private static partial void LogClashing(ILogger logger, Guid key, int clashes);
}
