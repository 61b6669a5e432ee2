using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Adyen;

/// <summary>
/// Adyen's standard webhooks. Within <see cref="Book.Execute{T}"/> only. Each gives no notification where the account has no
/// address.
/// </summary>
internal sealed class AdyenNotices(
    Book book, NotificationQueue queue, IOptions<SandboxOptions> options, TimeProvider time)
{
    public IReadOnlyList<Notification> Authorisation(Intent intent, bool success, string reason) =>
        Item(
            intent.Account,
            "AUTHORISATION",
            intent.Id,
            null,
            intent.Metadata.GetValueOrDefault("operation_id"),
            new AdyenAmount(intent.Amount + AdyenWrites.SkewOf(intent), intent.Currency),
            success,
            reason);

    public IReadOnlyList<Notification> Modification(
        string account,
        Modification modification,
        string? originalReference,
        bool success,
        string? reason = null,
        string? eventCode = null,
        string? action = null) =>
        Item(
            account,
            eventCode ?? modification.Kind,
            modification.Id,
            originalReference,
            modification.Reference,
            new AdyenAmount(modification.Amount, modification.Currency),
            success,
            reason,
            action);

    private Notification[] Item(
        string account,
        string eventCode,
        string pspReference,
        string? originalReference,
        string? merchantReference,
        AdyenAmount amount,
        bool success,
        string? reason,
        string? action = null)
    {
        if (!queue.Takes(account))
            return [];
        var signature = new AdyenSignature(
            pspReference, originalReference, account, merchantReference, amount.Value, amount.Currency, eventCode, success);
        var additional = new JsonObject
        {
            ["hmacSignature"] = signature.Sign(options.Value.Accounts[account].WebhookSecret),
        };
        if (action is not null)
            additional["modification.action"] = action;
        var item = new JsonObject
        {
            ["additionalData"] = additional,
            ["amount"] = amount.ToJson(),
            ["eventCode"] = eventCode,
            ["eventDate"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:sszzz"),
            ["merchantAccountCode"] = account,
            ["merchantReference"] = merchantReference ?? "",
            ["paymentMethod"] = "visa",
            ["pspReference"] = pspReference,
            ["reason"] = reason ?? "",
            ["success"] = success ? "true" : "false",
        };
        if (originalReference is not null)
            item["originalReference"] = originalReference;
        var body = new JsonObject
        {
            ["live"] = "false",
            ["notificationItems"] = new JsonArray(new JsonObject { ["NotificationRequestItem"] = item }),
        };
        return
        [
            new Notification(
                book.NewId("notice"),
                account,
                Encoding.UTF8.GetBytes(body.ToJsonString()),
                new() { ["Content-Type"] = "application/json; charset=utf-8" }),
        ];
    }
}
