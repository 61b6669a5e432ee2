namespace Payments.Judges.Tests.Kit;

/// <summary>A PSP whose adapter's requests are judged. A new PSP is a new entry of <see cref="All"/>.</summary>
/// <param name="Name">The format's name, at the executor and at the sandbox.</param>
/// <param name="Spec">The file of its specification.</param>
/// <param name="Token">One that the sandbox approves.</param>
/// <param name="KnownBad">A request that the specification forbids: it proves that the judge judges.</param>
internal sealed record JudgedPsp(string Name, string Spec, string Token, SentRequest KnownBad)
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";

    public static readonly IReadOnlyList<JudgedPsp> All =
    [
        new(
            "stripe", "stripe.json", "pm_card_visa",
            SentRequest.Post("v1/payment_intents", Form, "amount=ten&capture_method=sometimes"))
        {
            SteadyOptions =
            [
                "--validator-form-object-format=brackets", "--validator-form-array-format=brackets",
                "--validator-query-object-format=brackets", "--validator-query-array-format=brackets",
            ],
            Cursors = ["1:pi_1", "search"],
        },
        new(
            "paypal", "paypal.json", "pm_card_visa",
            SentRequest.Post(
                "v2/checkout/orders",
                Json,
                """{"intent":"HOLD","purchase_units":[{"amount":{"currency_code":"USD","value":10}}]}"""))
        {
            Settings = new() { ["PublicKey"] = "client-1" },
            Cursors = ["Search:2"],
            // The specification leaves out where access tokens come from.
            IsInSpec = path => path != "v1/oauth2/token",
        },
        new(
            "square", "square.json", "cnon:card-nonce-ok",
            SentRequest.Post("v2/payments", Json, """{"source_id":"x","amount_money":{"amount":"10","currency":"USD"}}"""))
        {
            Settings = new() { ["Account"] = "L1" },
            Cursors = ["next"],
        },
        new(
            "adyen", "adyen-v72.json", "pm_card_visa",
            SentRequest.Post("payments", Json, """{"merchantAccount":"M","amount":{"currency":"EURO","value":"10"}}"""))
        {
            Settings = new() { ["Account"] = "judged" },
            ToSpec = path => path["v72/".Length..],
            // Adyen answers no questions: only the steps.
            Least = 11,
        },
        new(
            "braintree", "braintree.graphql", "fake-valid-nonce",
            SentRequest.GraphQl("query Bad { transaction(id: 1) { id } }", "Bad", "{}"))
        {
            Settings = new() { ["PublicKey"] = "public", ["Account"] = "shop_usd" },
            SettlementOf = charge => SentRequest.GraphQl(
                "mutation Settle($input: SandboxSettleTransactionInput!) { sandboxSettleTransaction(input: $input) { transaction { id } } }",
                "Settle",
                $$"""{"input":{"transactionId":"{{charge}}"} }"""),
        },
    ];

    /// <summary>Whether the specification has the path at all; what it has not, it cannot judge.</summary>
    public Func<string, bool> IsInSpec { get; init; } = _ => true;

    public string[] SteadyOptions { get; init; } = [];

    /// <summary>Of the connection, beside adapter, address and key.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    /// <summary>Later pages of a look-up, which the sandbox is too small to ask for.</summary>
    public string[] Cursors { get; init; } = [];

    /// <summary>How many requests the journey makes at least: each step, and each question about it.</summary>
    public int Least { get; init; } = 21;

    /// <summary>What settles a charge at the sandbox, where nothing is given back in parts before; never judged.</summary>
    public Func<string, SentRequest>? SettlementOf { get; init; }

    /// <summary>Leads an adapter's path to the one in the specification, where the two have not the same root.</summary>
    public Func<string, string> ToSpec { get; init; } = path => path;

    public static JudgedPsp Named(string name) => All.Single(p => p.Name == name);
}
