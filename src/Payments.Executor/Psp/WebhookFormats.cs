using System.Collections.Frozen;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Psp.Braintree;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Psp.Square;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Psp;

/// <summary>The PSPs whose notifications we understand, by name.</summary>
internal static class WebhookFormats
{
    public static readonly FrozenDictionary<string, IPspWebhooks> All = new IPspWebhooks[]
    {
        new StripeWebhooks(),
        new AdyenWebhooks(),
        new PayPalWebhooks(),
        new SquareWebhooks(),
        new BraintreeWebhooks(),
    }.ToFrozenDictionary(w => w.Psp);
}
