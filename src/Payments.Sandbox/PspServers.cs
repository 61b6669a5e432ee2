using Microsoft.Extensions.Options;
using Payments.Sandbox.Adyen;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Braintree;
using Payments.Sandbox.PayPal;
using Payments.Sandbox.Square;
using Payments.Sandbox.Stripe;

namespace Payments.Sandbox;

/// <summary>Gives each account the wire format of its PSP.</summary>
internal sealed class PspServers(
    StripeServer stripe,
    StripeWrites stripeWrites,
    StripeNotices stripeNotices,
    AdyenServer adyen,
    AdyenWrites adyenWrites,
    BraintreeServer braintree,
    PayPalServer paypal,
    PayPalNotices paypalNotices,
    SquareServer square,
    SquareNotices squareNotices,
    IOptions<SandboxOptions> options)
{
    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows, without a leading slash: what the PSP's own address would be asked for.</param>
    public Task HandleAsync(HttpContext context, string account, string path)
    {
        switch (PspOf(account))
        {
            case "adyen":
                return adyen.HandleAsync(context, account, path);
            case "braintree" when path == "graphql":
                return braintree.HandleAsync(context, account);
            case "paypal":
                return paypal.HandleAsync(context, account, path);
            case "square" when path.StartsWith("v2/", StringComparison.Ordinal):
                return square.HandleAsync(context, account, path[3..]);
            case "stripe" when path.StartsWith("v1/", StringComparison.Ordinal):
                return stripe.HandleAsync(context, account, path[3..]);
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    /// <summary>
    /// Decides a payment that is processing; null where it is not. Within <see cref="Book.Execute{T}"/> only.
    /// </summary>
    public JournalLine? Settle(string account, string id, bool succeeds) => PspOf(account) switch
    {
        "adyen" => adyenWrites.Settle(account, id, succeeds),
        // The book has one set of words: what decides Stripe's decides the others'.
        var psp => stripeWrites.Settle(account, id, succeeds) is { } intent
            ? new JournalLine(Intent: intent, Notifications: psp switch
            {
                "stripe" => stripeNotices.Of(intent),
                "square" => squareNotices.Of(intent, isNew: false),
                "paypal" => paypalNotices.Of(account, PayPalEvent.Of(intent)),
                _ => [],
            })
            : null,
    };

    // An account that nobody knows gets Stripe's refusal of its key.
    private string PspOf(string account) =>
        options.Value.Accounts.TryGetValue(account, out var settings) ? settings.Psp : "stripe";
}
