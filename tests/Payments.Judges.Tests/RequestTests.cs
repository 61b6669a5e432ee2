using Payments.Judges.Tests.Kit;

namespace Payments.Judges.Tests;

/// <summary>What the adapters send, held against the PSPs' published specifications.</summary>
public sealed class RequestTests
{
    public static TheoryData<string> Psps => [.. JudgedPsp.All.Select(p => p.Name)];

    [SkippableTheory]
    [MemberData(nameof(Psps))]
    public async Task Requests_OfAnAdapter_AreAsTheSpecificationWantsThem(string name)
    {
        var psp = JudgedPsp.Named(name);
        await using var judge = await StartAsync(psp);

        var sent = await AdapterJourney.SentBy(psp);

        // Each step, and each question about it.
        sent.Count.ShouldBeGreaterThan(20);
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

    private static async Task<Steady> StartAsync(JudgedPsp psp)
    {
        Requirements.SkipWithoutSpecs();
        await Requirements.SkipWithoutPackagesAsync();
        return await Steady.StartAsync(psp.Spec, psp.SteadyOptions);
    }
}
