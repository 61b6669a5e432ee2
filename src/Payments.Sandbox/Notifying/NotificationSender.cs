using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.Notifying;

/// <summary>
/// Sends each account's webhooks, one after another, and each again with growing pauses until it is answered with 2xx. One
/// that fails does not hold up the next, as PSPs do not promise any order.
/// </summary>
internal sealed class NotificationSender(
    NotificationQueue queue, Book book, AccountFaults faults, FaultRules rules, IOptions<SandboxOptions> options, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>How soon a new one, or a fault that was cleared, is noticed while others wait.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new() { Timeout = AnswerLimit };

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(queue.Accounts.Select(a => SendAllAsync(a, stoppingToken)));

    private async Task SendAllAsync(string account, CancellationToken stoppingToken)
    {
        var arriving = queue.Of(account);
        List<QueuedNotification> waiting = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            if (waiting.Count == 0)
                await arriving.WaitToReadAsync(stoppingToken);
            else
                await PauseAsync(account, waiting.Min(w => w.DueAt), stoppingToken);
            while (arriving.TryRead(out var queued))
                waiting.Add(queued);
            foreach (var due in waiting.Where(w => w.DueAt <= time.GetUtcNow()).OrderBy(w => w.DueAt).ToArray())
            {
                if (FaultsOf(account).Withhold)
                    break;
                if (await SendAsync(account, due.Notification, stoppingToken))
                    waiting.Remove(due);
                else
                    due.Postpone(time.GetUtcNow());
            }
        }
    }

    private Task PauseAsync(string account, DateTimeOffset until, CancellationToken stoppingToken)
    {
        var pause = until - time.GetUtcNow();
        if (pause <= TimeSpan.Zero && !FaultsOf(account).Withhold)
            return Task.CompletedTask;
        return Task.Delay(pause > TimeSpan.Zero && pause < Glance ? pause : Glance, time, stoppingToken);
    }

    private async Task<bool> SendAsync(string account, Notification notification, CancellationToken stoppingToken)
    {
        var address = options.Value.Accounts[account].WebhookUrl!;
        if (!await PostAsync(address, notification, stoppingToken))
            return false;
        book.Deliver(notification.Id);
        if (FaultsOf(account).Duplicate || IsDoubled(account))
            await PostAsync(address, notification, stoppingToken);
        return true;
    }

    private async Task<bool> PostAsync(Uri address, Notification notification, CancellationToken stoppingToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new ByteArrayContent(notification.Body);
        foreach (var (name, value) in notification.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _client.SendAsync(request, stoppingToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool IsDoubled(string account) =>
        rules.Meet(account, _ => false, f => f == FaultKind.DuplicateWebhook) is not null;

    private WebhookFaults FaultsOf(string account) => faults[account].Webhooks ?? new WebhookFaults();
}
