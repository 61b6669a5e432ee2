using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Storm;

/// <summary>One payment, drawn from the seed: who pays, how, at which PSPs, and what its sellers and tokens do.</summary>
internal static class StormPayment
{
    private const string AllOrNothing = "AllOrNothing";

    private static readonly string[] Psps = ["stripe", "adyen", "square", "braintree", "paypal"];

    /// <summary>Most are approved; the rest is what PSPs and buyers do by themselves.</summary>
    private static readonly (int Weight, string Token)[] Tokens =
    [
        (14, "pm_sandbox_slow"),
        (50, "pm_card_visa"),
        (6, "pm_card_visa_chargeDeclinedInsufficientFunds"),
        (6, "pm_card_visa_chargeDeclinedLostCard"),
        (3, "pm_card_authenticationRequired"),
        (6, "pm_sandbox_captureRefused"),
        (4, "pm_sandbox_responseLost"),
        (3, "pm_sandbox_captureLost"),
        (3, "pm_sandbox_voidLost"),
        (3, "pm_sandbox_refundLost"),
        (2, "pm_sandbox_refundFails"),
    ];

    /// <summary>What Stripe's tokens are called at Square.</summary>
    private static readonly Dictionary<string, string> AtSquare = new()
    {
        ["pm_card_visa"] = "cnon:card-nonce-ok",
        ["pm_card_visa_chargeDeclinedInsufficientFunds"] = "cnon:gift-card-nonce-insufficient-funds",
        ["pm_card_visa_chargeDeclinedLostCard"] = "cnon:card-nonce-rejected-cvv",
        ["pm_card_authenticationRequired"] = "cnon:card-nonce-declined",
    };

    public static Request Create(Random random, string closedSeller)
    {
        var several = random.Next(100) < 20;
        var psps = random.GetItems(Psps, several ? 2 : 1).Distinct().ToArray();
        var token = Draw(random);
        var orders = random.Next(1, 4);
        var currency = CurrencyAt(psps, random);
        var request = new Request
        {
            MerchantId = "storm-shop",
            Currency = currency,
            Policy = random.Next(3) == 0 ? "BestEffort" : AllOrNothing,
            Credentials = [.. psps.Select(p => (p, p == "square" ? AtSquare.GetValueOrDefault(token, token) : token))],
        };
        for (var n = 1; n <= orders; n++)
        {
            // Whole units by the hundred: some PSPs take no others in some currencies. Below Braintree's test amounts.
            var amount = random.Next(1, 1_000) * 100;
            var seller = n == 1 && random.Next(100) < 15 ? closedSeller : $"seller-storm-{random.Next(10)}";
            request.With($"order-{n}", amount, amount / 10, seller);
        }

        return request;
    }

    /// <summary>Braintree's account has one currency, and PayPal takes few. The others meet those whose minor units are their own.</summary>
    private static string CurrencyAt(string[] psps, Random random)
    {
        if (psps.Contains("braintree") || psps.Contains("paypal") || random.Next(100) < 75)
            return "EUR";
        string[] odd = ["JPY", "ISK", "KWD", "CLP", "IDR", "UGX", "MGA"];
        return odd[random.Next(odd.Length)];
    }

    private static string Draw(Random random)
    {
        var point = random.Next(Tokens.Sum(t => t.Weight));
        return Tokens.First(t => (point -= t.Weight) < 0).Token;
    }
}
