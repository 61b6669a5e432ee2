using Payments.Executor.Psp;

namespace Payments.Executor.Hearing;

/// <summary>
/// Whoever can reach us could fill the log with what we refuse: of each kind a connection gets one warning a minute, which says
/// for how many deliveries it stands. <see cref="WebhookMetrics"/> counts them all.
/// </summary>
internal sealed class WebhookWarnings(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>As many as there are connections and reasons: neither is a sender's choice.</summary>
    private readonly Dictionary<(string Connection, string Kind), (DateTimeOffset SaidAt, int Unsaid)> _said = [];

    public void Refused(string connection, WebhookVerdict verdict)
    {
        if (Due(connection, nameof(Refused)) is { } count)
            WebhookLog.Refused(logger, connection, count, verdict);
    }

    /// <param name="connection">Or the PSP, as the address names it.</param>
    /// <param name="reason">One of a few, in words.</param>
    public void NotStored(string connection, string reason)
    {
        if (Due(connection, reason) is { } count)
            WebhookLog.NotStored(logger, connection, count, reason);
    }

    /// <summary>For how many the warning stands; null while it is too soon for one.</summary>
    private int? Due(string connection, string kind)
    {
        var now = time.GetUtcNow();
        lock (_said)
        {
            if (_said.TryGetValue((connection, kind), out var said) && now - said.SaidAt < Pause)
            {
                _said[(connection, kind)] = said with { Unsaid = said.Unsaid + 1 };
                return null;
            }

            _said[(connection, kind)] = (now, 0);
            return said.Unsaid + 1;
        }
    }
}
