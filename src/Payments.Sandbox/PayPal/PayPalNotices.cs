using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.PayPal;

/// <summary>What happened to what. A change that PayPal has no event for gives none.</summary>
/// <param name="Type">PayPal's own word.</param>
/// <param name="ResourceType">Which kind of object it is about.</param>
/// <param name="Resource">The object as it is now.</param>
internal sealed record PayPalEvent(string Type, string ResourceType, JsonObject Resource)
{
    public static PayPalEvent? Of(Intent intent) => intent switch
    {
        { ChargeId: null } => null,
        { IsManual: true, Status: "processing" } => null,
        { IsManual: true } => Of("AUTHORIZATION", PayPalObjects.Authorization(intent)),
        _ => Of(intent, PayPalObjects.CapturesOf(intent).Single()),
    };

    public static PayPalEvent Of(Intent intent, Modification capture) => Of("CAPTURE", PayPalObjects.Capture(intent, capture));

    public static PayPalEvent Of(Intent intent, Refund refund) => new(
        refund.Status == "failed" ? "PAYMENT.REFUND.FAILED" : "PAYMENT.CAPTURE.REFUNDED",
        "refund",
        PayPalObjects.Refund(intent, refund));

    private static PayPalEvent Of(string kind, JsonObject resource) =>
        new($"PAYMENT.{kind}.{(string)resource["status"]!}", kind.ToLowerInvariant(), resource);
}

/// <summary>PayPal's webhooks. Within <see cref="Book.Execute{T}"/> only.</summary>
internal sealed class PayPalNotices(
    Book book,
    NotificationQueue queue,
    PayPalSigner signer,
    IServer server,
    IOptions<SandboxOptions> options,
    TimeProvider time)
{
    /// <summary>None where nothing happened, or where the account has no address.</summary>
    public IReadOnlyList<Notification> Of(string account, PayPalEvent? happened)
    {
        if (happened is null || !queue.Takes(account))
            return [];
        var id = book.NewId("notice");
        var now = PayPalObjects.Time(time.GetUtcNow().ToUnixTimeSeconds());
        var body = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["id"] = "WH-" + id.Split('_')[1],
            ["event_version"] = "1.0",
            ["create_time"] = now,
            ["resource_type"] = happened.ResourceType,
            ["resource_version"] = "2.0",
            ["event_type"] = happened.Type,
            ["resource"] = happened.Resource,
            ["links"] = new JsonArray(),
        }.ToJsonString());
        var signature = signer.Sign(new PayPalSignature(id, now, options.Value.Accounts[account].WebhookSecret, body));
        return
        [
            new Notification(id, account, body, new()
            {
                ["Content-Type"] = "application/json",
                ["PAYPAL-TRANSMISSION-ID"] = id,
                ["PAYPAL-TRANSMISSION-TIME"] = now,
                ["PAYPAL-TRANSMISSION-SIG"] = signature,
                ["PAYPAL-CERT-URL"] = $"{Address}/{account}/{signer.CertificateAddress}",
                ["PAYPAL-AUTH-ALGO"] = "SHA256withRSA",
            }),
        ];
    }

    /// <summary>The common one, which no fault closes.</summary>
    private string Address => server.Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
}
