using System.Security.Cryptography;
using System.Text;
using Payments.Contracts;

namespace Payments.Flow.Tests.Kit;

/// <summary>
/// The issuer's country chooses the rule of the routing table, so that every scenario finds its route in one running
/// system.
/// </summary>
internal static class Country
{
    /// <summary>
    /// stripe-a; stripe-b only when it certainly was not attempted there. With a credential of another PSP: its account.
    /// </summary>
    public const string Usual = "DE";

    /// <summary>Orders are shared out evenly between both connections.</summary>
    public const string Split = "NL";

    /// <summary>stripe-a; a soft decline goes on to stripe-b.</summary>
    public const string SecondChance = "FR";

    public static IReadOnlyList<string> Connections { get; } = ["stripe-a", "stripe-b"];

    /// <summary>Settings of the orchestrator.</summary>
    public static IReadOnlyDictionary<string, string> Routing { get; } = new Dictionary<string, string>
    {
        ["Routing__Rules__0__Currency"] = "*",
        ["Routing__Rules__0__Country"] = Split,
        ["Routing__Rules__0__Shares__stripe-a"] = "1",
        ["Routing__Rules__0__Shares__stripe-b"] = "1",
        ["Routing__Rules__1__Country"] = SecondChance,
        ["Routing__Rules__1__Shares__stripe-a"] = "1",
        ["Routing__Rules__1__Shares__stripe-b"] = "0",
        ["Routing__Rules__1__FailoverOnSoftDecline"] = "true",
        ["Routing__Rules__2__Currency"] = "*",
        ["Routing__Rules__2__Shares__stripe-a"] = "1",
        ["Routing__Rules__2__Shares__stripe-b"] = "0",
        ["Routing__Rules__2__Shares__adyen-a"] = "1",
        ["Routing__Rules__2__Shares__square-a"] = "1",
        ["Routing__Rules__2__Shares__braintree-a"] = "1",
        ["Routing__Rules__2__Shares__paypal-a"] = "1",
        // A connection that was ill is soon tried again, so that journeys are not in each other's way.
        ["Routing__UnhealthySeconds"] = "10",
    };

    /// <summary>An order id that the share draws to the connection, as the orchestrator draws it: by a hash.</summary>
    /// <param name="paymentId">Of the payment.</param>
    /// <param name="connection"><c>stripe-a</c> or <c>stripe-b</c>.</param>
    /// <param name="number">Tells orders at one connection apart.</param>
    public static string OrderAt(Ulid paymentId, string connection, int number = 1)
    {
        var wanted = connection == "stripe-a" ? 0UL : 1UL;
        return Enumerable.Range(1, int.MaxValue)
            .Select(i => $"order-{i}")
            .Where(id => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{paymentId}/{id}"))) % 2 == wanted)
            .ElementAt(number - 1);
    }
}
