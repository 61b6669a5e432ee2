using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Braintree;

/// <summary>
/// Braintree's notifications, which are of settlements and of refunds that fail. Within <see cref="Book.Execute{T}"/> only. None
/// where nothing changed, or the account has no address.
/// </summary>
internal sealed class BraintreeNotices(Book book, NotificationQueue queue, IOptions<SandboxOptions> options, TimeProvider time)
{
    /// <param name="field">The mutation.</param>
    /// <param name="changed">The transaction as it is now.</param>
    public IReadOnlyList<Notification> Of(string field, Intent? changed)
    {
        if (changed is null || !queue.Takes(changed.Account))
            return [];
        return (field, changed.Refunds) switch
        {
            ("sandboxSettleTransaction", _) => Notice(changed, "transaction_settled", Sale(changed)),
            ("refundTransaction" or "reverseTransaction", [.., { Status: "failed" } refund]) =>
                Notice(changed, "refund_failed", Credit(changed, refund)),
            _ => [],
        };
    }

    private Notification[] Notice(Intent intent, string kind, XElement transaction)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var xml = new XElement(
            "notification",
            new XElement("timestamp", new XAttribute("type", "datetime"), now),
            new XElement("kind", kind),
            new XElement("subject", transaction));
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(xml.ToString())) + "\n";
        var signature = new BraintreeSignature(payload).Sign(options.Value.Accounts[intent.Account].WebhookSecret);
        var form = $"bt_signature={Uri.EscapeDataString(signature)}&bt_payload={Uri.EscapeDataString(payload)}";
        return
        [
            new Notification(book.NewId("notice"), intent.Account, Encoding.ASCII.GetBytes(form), new()
            {
                ["Content-Type"] = "application/x-www-form-urlencoded",
            }),
        ];
    }

    private static XElement Sale(Intent intent) => Transaction(
        intent, intent.Id, "sale", "settled", intent.Captured, intent.Metadata.GetValueOrDefault("reference"));

    private static XElement Credit(Intent intent, Refund refund)
    {
        var credit = Transaction(
            intent, refund.Id, "credit", "processor_declined", refund.Amount, refund.Metadata.GetValueOrDefault("reference"));
        credit.Add(new XElement("refunded-transaction-id", intent.Id));
        return credit;
    }

    private static XElement Transaction(Intent intent, string id, string type, string status, long amount, string? orderId) => new(
        "transaction",
        new XElement("id", id),
        new XElement("status", status),
        new XElement("type", type),
        new XElement("currency-iso-code", intent.Currency.ToUpperInvariant()),
        new XElement("amount", BraintreeMoney.ToWire(amount, intent.Currency)),
        new XElement("merchant-account-id", intent.Description),
        new XElement("order-id", orderId));
}
