using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Payments.Contracts;
using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Messaging;

namespace Payments.Executor.Hearing;

/// <summary>What became of a delivery.</summary>
internal enum WebhookAnswer
{
    Stored,

    /// <summary>Stored before; nothing is done.</summary>
    Duplicate,

    /// <summary>Not the PSP's. It is counted and forgotten.</summary>
    Refused,

    /// <summary>There is no such connection, or it has no webhook settings.</summary>
    NotConfigured,

    /// <summary>It cannot be verified or stored now.</summary>
    Unavailable,
}

/// <summary>Verifies a delivery, and stores it with a message that says so. What is not stored is not acknowledged.</summary>
internal sealed class WebhookIntake(
    IOptions<PspOptions> options,
    PayPalCertificates certificates,
    ICommitter committer,
    WebhookMetrics metrics,
    TimeProvider time,
    ILogger<WebhookIntake> logger)
{
    /// <summary>The committer waits for the database for as long as it takes; the PSP does not.</summary>
    private static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(3);

    /// <summary>Deliveries that wait for the database; their bodies are in memory.</summary>
    private const int MostWaiting = 256;

    /// <summary>
    /// Who clashes finds, when it looks again, what it clashed with. One that never does would keep a place for ever.
    /// </summary>
    internal const int MostClashes = 16;

    private readonly FrozenDictionary<string, Account> _accounts = options.Value.Connections
        .Where(c => c.Value.Webhook is not null && WebhookFormats.All.ContainsKey(c.Value.Adapter))
        .ToFrozenDictionary(c => c.Key, c => new Account(c.Key, c.Value, WebhookFormats.All[c.Value.Adapter]));

    private readonly WebhookWarnings _warnings = new(time, logger);
    private int _waiting;

    public async Task<WebhookAnswer> Take(string name, WebhookDelivery delivery)
    {
        var accounts = Find(name);
        // Whatever was asked for does not become the name of a counter.
        var counted = accounts.Length > 0 ? name : "unknown";
        var answer = accounts.Length > 0 ? await Take(name, accounts, delivery) : WebhookAnswer.NotConfigured;
        metrics.Count(counted, answer);
        return answer;
    }

    public string? AnswerProbe(string name, Func<string, string?> query) =>
        Find(name).Select(a => a.Format.AnswerProbe(query, a.Webhook)).FirstOrDefault(answer => answer is not null);

    private Account[] Find(string name) => _accounts.TryGetValue(name, out var account)
        ? [account]
        : [.. _accounts.Values.Where(a => a.Format.Psp == name).OrderBy(a => a.Name, StringComparer.Ordinal)];

    private async Task<WebhookAnswer> Take(string name, Account[] accounts, WebhookDelivery delivery)
    {
        var verdict = WebhookVerdict.Unsigned;
        var genuine = new List<Account>();
        try
        {
            foreach (var account in accounts)
            {
                var one = await Verify(account, delivery);
                if (one == WebhookVerdict.Genuine)
                    genuine.Add(account);
                verdict = one > verdict ? one : verdict;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            _warnings.NotStored(name, "its certificate cannot be fetched");
            return WebhookAnswer.Unavailable;
        }

        if (genuine is [])
        {
            _warnings.Refused(name, verdict);
            return WebhookAnswer.Refused;
        }

        return await Store(name, genuine, delivery);
    }

    private async Task<WebhookVerdict> Verify(Account account, WebhookDelivery delivery)
    {
        if (account.Format.CertificateOf(delivery) is { } address)
        {
            delivery = delivery with
            {
                Certificate = await certificates.Find(address, account.Connection.BaseAddress!.IsLoopback),
            };
        }

        return account.Format.Verify(delivery, account.Webhook, time.GetUtcNow());
    }

    private async Task<WebhookAnswer> Store(string name, List<Account> genuine, WebhookDelivery delivery)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            _warnings.NotStored(name, "too many are waiting for the database");
            return WebhookAnswer.Unavailable;
        }

        var commit = Commit(name, genuine, delivery);
        try
        {
            return await commit.WaitAsync(CommitLimit, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // It may be stored yet: then what comes again is a duplicate.
            _warnings.NotStored(name, "the database does not answer");
            return WebhookAnswer.Unavailable;
        }
    }

    private async Task<WebhookAnswer> Commit(string name, List<Account> genuine, WebhookDelivery delivery)
    {
        try
        {
            var format = genuine[0].Format;
            var body = new WebhookBody(Ulid.NewUlid().ToGuid(), HeadersOf(format, delivery), Masked(format, delivery.Body));
            StoredWebhook[] heard =
            [
                .. format.Parse(delivery.Body)
                    .Select(Storable)
                    .Select(n => new StoredWebhook(Ulid.NewUlid().ToGuid(), AccountOf(genuine, n).Name, n))
                    .DistinctBy(w => (w.Connection, w.Notification.EventId)),
            ];
            return await Commit(name, body, heard);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<WebhookAnswer> Commit(string name, WebhookBody body, StoredWebhook[] heard)
    {
        var isNew = false;
        var decision = new Decision<WebhookEvents, IReadOnlySet<WebhookEvent>>(
            Ulid.FromGuid(body.Id), new WebhookEvents([.. heard.Select(w => w.Event)]), known =>
            {
                StoredWebhook[] added = [.. heard.Where(w => !known.Contains(w.Event))];
                isNew = added.Length > 0;
                return ToEffects(body, added);
            });
        for (var clashes = 0; clashes < MostClashes; clashes++)
        {
            if ((await committer.Commit(Origin.Local, decision)).Kind != CommitKind.Clash)
                return isNew ? WebhookAnswer.Stored : WebhookAnswer.Duplicate;
            // The same delivery came twice at the same time: the other one is stored now.
        }

        _warnings.NotStored(name, "it clashes with others again and again");
        return WebhookAnswer.Unavailable;
    }

    private static Effects ToEffects(WebhookBody body, StoredWebhook[] added)
    {
        var effects = new Effects(body.Id);
        if (added.Length == 0)
            return effects;
        effects.Write(new AddWebhooks(body, added));
        foreach (var webhook in added.Where(w => w.Notification.Claims.Count > 0))
            effects.Send(webhook.ToMessage(), Routes.ExecutorControl(webhook.Connection));
        return effects;
    }

    /// <summary>Accounts may share a secret: then the event says whose it is.</summary>
    private static Account AccountOf(List<Account> genuine, WebhookNotification notification) =>
        genuine.Find(a => notification.Account is not null && a.Connection.Account == notification.Account) ?? genuine[0];

    /// <summary>
    /// The database takes no U+0000, and an index no long text; neither is a reference of ours. An id of that kind is as good
    /// as any other to know a duplicate by, and its hash stands for it.
    /// </summary>
    internal static WebhookNotification Storable(WebhookNotification notification) => notification with
    {
        EventId = IsStorable(notification.EventId)
            ? notification.EventId
            : Signatures.HashOf(Encoding.UTF8.GetBytes(notification.EventId)),
        Type = IsStorable(notification.Type) ? notification.Type : WebhookNotification.UnreadableType,
        References = [.. notification.References.Where(IsStorable)],
        PspReferences = [.. notification.PspReferences.Where(IsStorable)],
        Account = notification.Account is { } account && IsStorable(account) ? account : null,
        // What proves something of an object that cannot be written down is about none that we made.
        Claims = [.. notification.Claims.Where(c => c.Proof?.PspReference is not { } made || IsStorable(made))],
    };

    private static bool IsStorable(string text) => text.Length is > 0 and <= 255 && !text.Any(char.IsControl);

    private static string HeadersOf(IPspWebhooks format, WebhookDelivery delivery) => JsonSerializer.Serialize(
        format.Headers.Append("Content-Type").Append("User-Agent")
            .Where(name => delivery.Header(name) is not null)
            .ToDictionary(name => name, name => CardNumbers.Mask(delivery.Header(name)!)));

    private static byte[] Masked(IPspWebhooks format, ReadOnlyMemory<byte> body)
    {
        var unwrapped = format.Unwrap(body);
        // A wrapping in which numbers would have to be masked is given up.
        var masked = (CardNumbers.Contains(unwrapped.Span) ? unwrapped : body).ToArray();
        CardNumbers.Mask(masked.AsSpan());
        return masked;
    }

    private sealed record Account(string Name, PspConnectionOptions Connection, IPspWebhooks Format)
    {
        public WebhookOptions Webhook => Connection.Webhook!;
    }
}
