using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Tests.Paying;

internal static class TestRouting
{
    public static RoutingTable Table(bool failoverOnSoftDecline = true) => new(new RoutingOptions
    {
        Connections = { ["stripe-a"] = new() { Psp = "stripe" }, ["stripe-b"] = new() { Psp = "stripe" } },
        Rules =
        {
            new RuleOptions { Shares = { ["stripe-a"] = 1, ["stripe-b"] = 0 }, FailoverOnSoftDecline = failoverOnSoftDecline },
        },
    });
}
