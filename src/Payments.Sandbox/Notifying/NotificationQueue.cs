using System.Collections.Frozen;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.Notifying;

/// <summary>
/// What is to be sent, by account, each with the time that the account's faults give it when it is queued. An account without
/// an address has no queue.
/// </summary>
internal sealed class NotificationQueue(IOptions<SandboxOptions> options, AccountFaults faults, TimeProvider time)
{
    /// <summary>How long one is held back so that the next overtakes it.</summary>
    private static readonly TimeSpan Overtaking = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _heldLast = [];
    private readonly FrozenDictionary<string, Channel<QueuedNotification>> _byAccount = options.Value.Accounts
        .Where(a => a.Value.WebhookUrl is not null)
        .ToFrozenDictionary(a => a.Key, _ => Channel.CreateUnbounded<QueuedNotification>());

    public IEnumerable<string> Accounts => _byAccount.Keys;

    public bool Takes(string account) => _byAccount.ContainsKey(account);

    public ChannelReader<QueuedNotification> Of(string account) => _byAccount[account].Reader;

    public void Add(IEnumerable<Notification> notifications)
    {
        lock (_lock)
        {
            foreach (var notification in notifications)
            {
                if (_byAccount.TryGetValue(notification.Account, out var channel))
                    channel.Writer.TryWrite(new QueuedNotification(notification, time.GetUtcNow() + Delay(notification.Account)));
            }
        }
    }

    private TimeSpan Delay(string account)
    {
        if (faults[account].Webhooks is not { } webhooks)
            return TimeSpan.Zero;
        var delay = TimeSpan.FromSeconds(webhooks.DelaySeconds);
        return webhooks.Shuffle && HoldsEveryOther(account) ? delay + Overtaking : delay;
    }

    private bool HoldsEveryOther(string account)
    {
        if (_heldLast.Remove(account))
            return false;
        return _heldLast.Add(account);
    }
}

/// <summary>A notification, and when it is to be sent next.</summary>
internal sealed class QueuedNotification(Notification notification, DateTimeOffset dueAt)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private TimeSpan _pause = FirstPause;

    public Notification Notification { get; } = notification;

    public DateTimeOffset DueAt { get; private set; } = dueAt;

    /// <summary>It was not taken: later again, after twice the pause.</summary>
    public void Postpone(DateTimeOffset now)
    {
        DueAt = now + _pause;
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }
}
