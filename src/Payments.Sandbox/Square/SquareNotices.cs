using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Square;

/// <summary>Square's events. Within <see cref="Book.Execute{T}"/> only. None where nothing changed, or the account has no address.</summary>
internal sealed class SquareNotices(Book book, NotificationQueue queue, IOptions<SandboxOptions> options, TimeProvider time)
{
    /// <param name="changed">As it is now.</param>
    /// <param name="isNew">Whether it was made just now.</param>
    public IReadOnlyList<Notification> Of(Intent? changed, bool isNew) => changed is null || !queue.Takes(changed.Account)
        ? []
        : Event(changed, isNew ? "payment.created" : "payment.updated", "payment", changed.Id, SquareObjects.Payment(changed));

    /// <summary>Of the refund that was made last.</summary>
    public IReadOnlyList<Notification> OfRefund(Intent? changed) =>
        changed?.Refunds is [.., var refund] && queue.Takes(changed.Account)
            ? Event(changed, "refund.created", "refund", refund.Id, SquareObjects.Refund(changed, refund))
            : [];

    private Notification[] Event(Intent intent, string type, string kind, string subjectId, JsonObject subject)
    {
        var settings = options.Value.Accounts[intent.Account];
        var id = book.NewId("notice");
        var body = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["merchant_id"] = intent.Account,
            ["location_id"] = intent.Metadata["location_id"],
            ["type"] = type,
            ["event_id"] = id,
            ["created_at"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            ["data"] = new JsonObject
            {
                ["type"] = kind,
                ["id"] = subjectId,
                ["object"] = new JsonObject { [kind] = subject },
            },
        }.ToJsonString());
        return
        [
            new Notification(id, intent.Account, body, new()
            {
                ["Content-Type"] = "application/json",
                ["x-square-hmacsha256-signature"] =
                    new SquareSignature(settings.WebhookUrl!.OriginalString, body).Sign(settings.WebhookSecret),
            }),
        ];
    }
}
