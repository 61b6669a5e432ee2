using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Stripe;

/// <summary>Stripe's events. Within <see cref="Book.Execute{T}"/> only.</summary>
internal sealed class StripeNotices(Book book, NotificationQueue queue, IOptions<SandboxOptions> options, TimeProvider time)
{
    /// <summary>Of an intent as it is now. None where Stripe has no event for it, or the account has no address.</summary>
    public IReadOnlyList<Notification> Of(Intent? changed)
    {
        var type = changed?.Status switch
        {
            "succeeded" => "payment_intent.succeeded",
            "requires_capture" => "payment_intent.amount_capturable_updated",
            "canceled" => "payment_intent.canceled",
            "processing" => "payment_intent.processing",
            "requires_action" => "payment_intent.requires_action",
            "requires_payment_method" when changed.ErrorCode is not null => "payment_intent.payment_failed",
            _ => null,
        };
        return type is null ? [] : Event(changed!.Account, type, () => StripeObjects.Intent(changed, isExpanded: false));
    }

    /// <summary>Of the refund that was made last.</summary>
    public IReadOnlyList<Notification> OfRefund(Intent? changed) => changed?.Refunds is [.., var refund]
        ? Event(
            changed.Account,
            refund.Status == "failed" ? "refund.failed" : "refund.created",
            () => StripeObjects.Refund(changed, refund))
        : [];

    private Notification[] Event(string account, string type, Func<JsonObject> subject)
    {
        if (!queue.Takes(account))
            return [];
        var (id, now) = (book.NewId("evt"), time.GetUtcNow().ToUnixTimeSeconds());
        var body = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = "2023-08-16",
            ["created"] = now,
            ["data"] = new JsonObject { ["object"] = subject() },
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["request"] = null,
            ["type"] = type,
        }.ToJsonString());
        return
        [
            new Notification(id, account, body, new()
            {
                ["Content-Type"] = "application/json; charset=utf-8",
                ["Stripe-Signature"] = new StripeSignature(now, body).Sign(options.Value.Accounts[account].WebhookSecret),
            }),
        ];
    }
}
