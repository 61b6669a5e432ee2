using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Chaos;

/// <summary>One payment of the load, and the states it may end in, whatever dies meanwhile.</summary>
/// <param name="Request">What is published.</param>
/// <param name="Ends">Where its token leads at the connections it is routed to first.</param>
/// <param name="Rerouted">And where it leads when one of them was ill, and the other one got its order.</param>
internal sealed record ChaosPayment(Request Request, string[] Ends, string? Rerouted)
{
    private const string Completed = "Completed";
    private const string PartiallyCompleted = "PartiallyCompleted";
    private const string Failed = "Failed";
    private const string Parked = "Parked";

    /// <summary>Token, country, policy (null: one order), whether its first seller's wallet is closed, ends.</summary>
    private static readonly (string Token, string Country, string? Policy, bool Closed, string[] Ends)[] Kinds =
    [
        ("pm_card_visa", Country.Usual, null, false, [Completed]),
        ("pm_card_visa", Country.Usual, "AllOrNothing", false, [Completed]),
        ("pm_card_visa", Country.Split, "AllOrNothing", false, [Completed]),
        ("pm_card_visa", Country.Usual, "BestEffort", false, [Completed]),
        ("pm_card_visa", Country.Usual, null, true, [Failed]),
        ("pm_card_visa", Country.Usual, "AllOrNothing", true, [Failed]),
        ("pm_card_visa", Country.Split, "BestEffort", true, [PartiallyCompleted]),
        ("pm_card_visa_chargeDeclined", Country.Usual, null, false, [Failed]),
        ("pm_card_visa_chargeDeclined_stripe-b", Country.Split, "AllOrNothing", false, [Failed]),
        ("pm_card_visa_chargeDeclined_stripe-b", Country.Split, "BestEffort", false, [PartiallyCompleted]),
        ("pm_sandbox_softDecline_stripe-a", Country.SecondChance, null, false, [Completed]),
        ("pm_card_authenticationRequired", Country.Usual, null, false, [Failed]),
        ("pm_sandbox_responseLost", Country.Usual, null, false, [Completed]),
        ("pm_sandbox_chargeLostOnce", Country.Usual, "BestEffort", false, [Completed]),
        ("pm_sandbox_slow", Country.Usual, null, false, [Completed]),
        ("pm_sandbox_saved500", Country.Usual, null, false, [Completed]),
        ("pm_sandbox_captureLost", Country.Usual, "AllOrNothing", false, [Completed]),
        ("pm_sandbox_capture500", Country.Usual, "AllOrNothing", false, [Completed]),
        ("pm_sandbox_captureRefused_stripe-b", Country.Split, "AllOrNothing", false, [Failed]),
        ("pm_sandbox_refundLost", Country.Usual, "AllOrNothing", true, [Failed]),
        ("pm_sandbox_refund500", Country.Usual, null, true, [Failed]),
        ("pm_sandbox_refundFails", Country.Usual, null, true, [Parked]),
    ];

    /// <summary>Declined at one connection only, and not wished at another for that: which connection it meets decides.</summary>
    private static bool IsMeantForBoth(string token, string? policy) => (token, policy) is
        ("pm_card_visa_chargeDeclined_stripe-b", "BestEffort") or ("pm_sandbox_softDecline_stripe-a", null);

    /// <summary>Every kind in turn, so that each meets many moments; amounts from the seed.</summary>
    public static ChaosPayment Create(int number, Random random, string closedSeller)
    {
        var (token, country, policy, closed, ends) = Kinds[number % Kinds.Length];
        var request = new Request { Token = token, Country = country, Policy = policy ?? "AllOrNothing", MerchantId = "chaos-shop" };
        if (policy is null)
        {
            Add("order-1", closed);
        }
        else if (country == Country.Split)
        {
            Add(Country.OrderAt(request.PaymentId, "stripe-a"), closed);
            Add(Country.OrderAt(request.PaymentId, "stripe-b"), closed: false);
        }
        else
        {
            Add("order-1", closed);
            Add("order-2", closed: false);
            Add("order-3", closed: false);
        }

        return new ChaosPayment(request, ends, IsMeantForBoth(token, policy) ? Failed : null);

        void Add(string orderId, bool closed)
        {
            var amount = random.Next(100, 100_000);
            request.With(orderId, amount, amount / 10, closed ? closedSeller : $"seller-chaos-{random.Next(8)}");
        }
    }
}
