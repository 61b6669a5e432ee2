using System.Text.Json.Nodes;
using Payments.Executor.Psp.Braintree;
using Payments.Judges.Tests.Kit;

namespace Payments.Judges.Tests;

/// <summary>What the adapters send, held against the PSPs' published specifications.</summary>
public sealed class RequestTests
{
    private const string ChargeText =
        "mutation Bad($input: ChargePaymentMethodInput!) { chargePaymentMethod(input: $input) { transaction { id } } }";

    public static TheoryData<string> Psps => [.. JudgedPsp.All.Select(p => p.Name)];

    [SkippableTheory]
    [MemberData(nameof(Psps))]
    public async Task Requests_OfAnAdapter_AreAsTheSpecificationWantsThem(string name)
    {
        var psp = JudgedPsp.Named(name);
        await using var judge = await StartAsync(psp);

        var sent = await AdapterJourney.SentBy(psp);

        sent.Count.ShouldBeGreaterThanOrEqualTo(psp.Least);
        List<string> wrong = [];
        foreach (var request in sent.Where(r => psp.IsInSpec(r.Path)))
            wrong.AddRange(await judge.JudgeAsync(request with { Path = psp.ToSpec(request.Path) }));
        wrong.Distinct().ShouldBeEmpty();
    }

    /// <summary>A judge that lets everything pass would be none.</summary>
    [SkippableTheory]
    [MemberData(nameof(Psps))]
    public async Task Requests_KnownToBeBad_AreFoundOut(string name)
    {
        var psp = JudgedPsp.Named(name);
        await using var judge = await StartAsync(psp);

        (await judge.JudgeAsync(psp.KnownBad)).ShouldNotBeEmpty();
    }

    /// <summary>What can be wrong is in the text of an operation, or in the variables beside it.</summary>
    [SkippableTheory]
    [InlineData("query Bad { node(id: 1) { colour } }", "{}", "colour")]
    [InlineData(ChargeText, """{"input":{"paymentMethodId":"x"}}""", "transaction")]
    [InlineData(ChargeText, """{"input":{"paymentMethodId":"x","transaction":{"amount":"1.5"}}}""", "Amount")]
    [InlineData(ChargeText, """{"input":{"paymentMethodId":"x","transaction":{"amount":"1.50","colour":"red"}}}""", "colour")]
    [InlineData(ChargeText, """{"input":{"paymentMethodId":"x","transaction":{"amount":"1.50"}},"other":1}""", "other")]
    public async Task Requests_OfGraphQlKnownToBeBad_AreFoundOut(string query, string variables, string wrong)
    {
        await using var judge = await StartAsync(JudgedPsp.Named("braintree"));

        var found = await judge.JudgeAsync(SentRequest.GraphQl(query, "Bad", variables));

        found.ShouldNotBeEmpty();
        found.ShouldAllBe(sentence => sentence.Contains(wrong));
    }

    /// <summary>An operation that the journey left out would be one that nobody judges.</summary>
    [Fact]
    public async Task Requests_ToBraintree_AreEveryOperationThereIs() =>
        (await AdapterJourney.SentBy(JudgedPsp.Named("braintree")))
            .Select(sent => JsonNode.Parse(sent.Body)!["operationName"]!.GetValue<string>())
            .Distinct()
            .ShouldBe(BraintreeDocuments.All.Select(d => d.Name), ignoreOrder: true);

    private static async Task<IJudge> StartAsync(JudgedPsp psp)
    {
        Requirements.SkipWithoutSpecs();
        await Requirements.SkipWithoutPackagesAsync();
        return psp.Spec.EndsWith(".graphql", StringComparison.Ordinal)
            ? GraphQlJudge.Start(psp.Spec)
            : await Steady.StartAsync(psp.Spec, psp.SteadyOptions);
    }
}
