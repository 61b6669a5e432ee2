using System.Globalization;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Tests.Routing;

public sealed class RoutingTableTests
{
    private const int Orders = 4_000;
    private static readonly HashSet<string> AllWell = [];

    [Theory]
    [InlineData("EUR", "DE", "card", "rule 1 (currency EUR, country DE, method card)")]
    [InlineData("EUR", "de", "CARD", "rule 1 (currency EUR, country DE, method card)")]
    [InlineData("EUR", "FR", "card", "rule 2 (currency EUR, any country, any method)")]
    [InlineData("EUR", null, "card", "rule 2 (currency EUR, any country, any method)")]
    [InlineData("USD", "DE", "card", "rule 3 (any currency, any country, method card)")]
    public void First_ByCurrencyCountryAndMethod_IsTheFirstRuleThatMatches(
        string currency, string? country, string method, string rule)
    {
        var table = Table(
            Rule("EUR", "DE", "card", ("stripe-a", 1)),
            Rule("EUR", "*", "*", ("stripe-b", 1)),
            Rule("*", "*", "card", ("adyen-eu", 1)));

        var choice = table.First(Question(currency: currency, country: country, method: method), AllWell);

        choice.Rule.ShouldBe(rule);
        choice.Cause.ShouldBe("first_choice");
        choice.Connection.ShouldNotBeNull();
    }

    [Fact]
    public void First_WhereNoRuleMatches_SaysSo()
    {
        var choice = Table(Rule("EUR", "*", "*", ("stripe-a", 1))).First(Question(currency: "USD"), AllWell);

        (choice.Connection, choice.NoneBecause, choice.Rule).ShouldBe((null, "no_rule", null));
        choice.Sentence.ShouldBe("order-1: no connection, because no rule matches.");
    }

    [Fact]
    public void First_ByShare_IsDrawnInProportion()
    {
        var table = Table(Rule("*", "*", "*", ("stripe-a", 3), ("adyen-eu", 1), ("stripe-b", 0)));

        var drawn = Draws(table, AllWell).CountBy(c => c).ToDictionary();

        drawn.Keys.ShouldBe(["stripe-a", "adyen-eu"], ignoreOrder: true);
        ((double)drawn["stripe-a"] / Orders).ShouldBe(0.75, tolerance: 0.03);
    }

    [Fact]
    public void First_WhenOneFallsIll_MovesItsOrdersAlone()
    {
        var table = Table(Rule("*", "*", "*", ("stripe-a", 2), ("stripe-b", 1), ("adyen-eu", 1)));
        var before = Draws(table, AllWell);

        var after = Draws(table, new HashSet<string> { "stripe-a" });

        after.ShouldNotContain("stripe-a");
        before.Zip(after).Where(pair => pair.First != "stripe-a").ShouldAllBe(pair => pair.First == pair.Second);
        // Those of the ill one go to the others by their shares.
        var moved = before.Zip(after).Where(pair => pair.First == "stripe-a").Select(pair => pair.Second).ToArray();
        ((double)moved.Count(c => c == "stripe-b") / moved.Length).ShouldBe(0.5, tolerance: 0.05);
    }

    [Fact]
    public void First_WhenAllAreIll_IsTheFirstDrawn()
    {
        var table = Table(Rule("*", "*", "*", ("stripe-a", 1), ("stripe-b", 0)));

        var choice = table.First(Question(), new HashSet<string> { "stripe-a", "stripe-b" });

        choice.Connection.ShouldBe("stripe-a");
        choice.Sentence.ShouldBe(
            "order-1: stripe-a, though unhealthy; rule 1 (any currency, any country, any method); "
            + "in reserve: stripe-b (unhealthy).");
    }

    [Fact]
    public void First_OfPspsWithoutCredential_LeavesThemOut()
    {
        var choice = Table(Rule("*", "*", "*", ("braintree-us", 5), ("stripe-a", 1))).First(Question(), AllWell);

        choice.Connection.ShouldBe("stripe-a");
        choice.Candidates.Single(c => c.Connection == "braintree-us").Standing.ShouldBe("no_credential");
    }

    [Fact]
    public void First_WithoutAnyCredentialOfTheRule_SaysSo()
    {
        var choice = Table(Rule("*", "*", "*", ("braintree-us", 1))).First(Question(), AllWell);

        (choice.Connection, choice.NoneBecause).ShouldBe((null, "none_usable"));
        choice.Sentence.ShouldBe(
            "order-1: no connection, because the payment can use none of the rule's; "
            + "rule 1 (any currency, any country, any method); left out: braintree-us (no credential).");
    }

    [Fact]
    public void First_OfSeveralOrders_LeavesOutTokensOfOneUse()
    {
        var table = Table(Rule("*", "*", "*", ("adyen-eu", 5), ("stripe-a", 1)));

        table.First(Question(severalOrders: true), AllWell).Candidates
            .Single(c => c.Connection == "adyen-eu").Standing.ShouldBe("token_single_use");
        table.First(Question(severalOrders: false), AllWell).Candidates
            .Single(c => c.Connection == "adyen-eu").Standing.ShouldNotBe("token_single_use");
    }

    [Fact]
    public void Next_AfterNotAttempted_IsOneThatWasNotTried()
    {
        var table = Table(Rule("*", "*", "*", ("stripe-a", 1), ("stripe-b", 0)));

        var choice = table.Next(Question(), "not_attempted", "connection_refused", ["stripe-a"], AllWell);

        (choice.Connection, choice.After).ShouldBe(("stripe-b", "connection_refused"));
        choice.Sentence.ShouldBe(
            "order-1: stripe-b after not attempted (connection_refused); rule 1 (any currency, any country, any method); "
            + "left out: stripe-a (tried before).");
        table.Next(Question(), "not_attempted", "connection_refused", ["stripe-a", "stripe-b"], AllWell)
            .NoneBecause.ShouldBe("none_left");
    }

    [Theory]
    [InlineData(true, "stripe-b", null)]
    [InlineData(false, null, "no_failover_on_soft_decline")]
    public void Next_AfterASoftDecline_IsAsTheRuleSays(bool allowed, string? connection, string? because)
    {
        var rule = Rule("*", "*", "*", ("stripe-a", 1), ("stripe-b", 0));
        rule.FailoverOnSoftDecline = allowed;

        var choice = Table(rule).Next(Question(), "soft_decline", "try_again_later", ["stripe-a"], AllWell);

        (choice.Connection, choice.NoneBecause).ShouldBe((connection, because));
    }

    [Theory]
    [InlineData("EURO", "*", "card", "stripe-a", 1, "Routing:Rules:0:Currency is 'EURO'")]
    [InlineData("*", "DEU", "card", "stripe-a", 1, "Routing:Rules:0:Country is 'DEU'")]
    [InlineData("*", "*", "", "stripe-a", 1, "Routing:Rules:0:Method is empty")]
    [InlineData("*", "*", "card", "nowhere", 1, "'nowhere', which is not among Routing:Connections")]
    [InlineData("*", "*", "card", "stripe-a", -1, "Routing:Rules:0:Shares gives 'stripe-a' -1")]
    public void Table_WithAMistake_SaysWhereAndWhich(
        string currency, string country, string method, string connection, int share, string sentence) =>
        Should.Throw<DependencyMissingException>(() => Table(Rule(currency, country, method, (connection, share))))
            .Message.ShouldContain(sentence);

    [Fact]
    public void Table_WithoutRulesSharesOrPsp_SaysSo()
    {
        Should.Throw<DependencyMissingException>(() => Table()).Message.ShouldContain("Routing:Rules is empty");
        Should.Throw<DependencyMissingException>(() => Table(Rule("*", "*", "*")))
            .Message.ShouldContain("Routing:Rules:0:Shares names no connection");
        Should.Throw<DependencyMissingException>(() => new RoutingTable(new RoutingOptions
        {
            Connections = { ["stripe-a"] = new() },
            Rules = { Rule("*", "*", "*", ("stripe-a", 1)) },
        })).Message.ShouldContain("Routing:Connections:stripe-a:Psp is missing");
        Should.Throw<DependencyMissingException>(() => new RoutingTable(new RoutingOptions
        {
            Connections = { ["stripe-a"] = new() { Psp = "stripe" } },
            Rules = { Rule("*", "*", "*", ("stripe-a", 1)) },
            UnhealthySeconds = 0,
        })).Message.ShouldContain("Routing:UnhealthySeconds is 0");
    }

    private static string[] Draws(RoutingTable table, HashSet<string> unhealthy) =>
    [
        .. Enumerable.Range(1, Orders).Select(n =>
            table.First(Question(key: n.ToString(CultureInfo.InvariantCulture)), unhealthy).Connection!),
    ];

    private static RouteQuestion Question(
        string currency = "EUR",
        string? country = "DE",
        string method = "card",
        string key = "payment/order-1",
        bool severalOrders = false) => new(
        "order-1",
        key,
        currency,
        new PaymentMethod
        {
            Type = method,
            Country = country,
            Credentials =
            [
                new Credential { Psp = "stripe", Token = "enc:k1:x", Reusable = true },
                new Credential { Psp = "adyen", Token = "enc:k1:y", Reusable = false },
            ],
        },
        severalOrders);

    private static RuleOptions Rule(string currency, string country, string method, params (string Connection, int Share)[] shares)
    {
        var rule = new RuleOptions { Currency = currency, Country = country, Method = method };
        foreach (var (connection, share) in shares)
            rule.Shares[connection] = share;
        return rule;
    }

    private static RoutingTable Table(params RuleOptions[] rules)
    {
        var options = new RoutingOptions
        {
            Connections =
            {
                ["stripe-a"] = new() { Psp = "stripe" },
                ["stripe-b"] = new() { Psp = "stripe" },
                ["adyen-eu"] = new() { Psp = "adyen" },
                ["braintree-us"] = new() { Psp = "braintree" },
            },
        };
        options.Rules.AddRange(rules);
        return new RoutingTable(options);
    }
}
