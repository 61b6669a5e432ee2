using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Tests.Paying;

internal static class TestRouting
{
    /// <summary>Two accounts at one PSP and one each at others, among which every order has a first choice.</summary>
    public static RoutingTable Table(bool failoverOnSoftDecline = true) => new(new RoutingOptions
    {
        Connections =
        {
            ["stripe-a"] = new() { Psp = "stripe" },
            ["stripe-b"] = new() { Psp = "stripe" },
            ["adyen-eu"] = new() { Psp = "adyen" },
            ["braintree-us"] = new() { Psp = "braintree" },
        },
        Rules =
        {
            new RuleOptions
            {
                Shares = { ["stripe-a"] = 3, ["stripe-b"] = 0, ["adyen-eu"] = 2, ["braintree-us"] = 1 },
                FailoverOnSoftDecline = failoverOnSoftDecline,
            },
        },
    });

    public static PaymentStateMachine Machine() =>
        new(Table(), new ConnectionHealth(), Timetables(), TimeProvider.System);

    public static ResolutionTimetables Timetables() => new(Table(), new ResolutionOptions());
}
