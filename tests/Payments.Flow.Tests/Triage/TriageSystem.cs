using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Triage;

/// <summary>The whole system as it is shipped: Operations takes dead letters out of the broker.</summary>
public sealed class TriageSystem : IAsyncLifetime
{
    internal SystemUnderTest System { get; } =
        new(process => process == "operations" ? new Dictionary<string, string> { ["DeadLetters__Collect"] = "true" } : null);

    public Task InitializeAsync() => System.InitializeAsync();

    public Task DisposeAsync() => System.DisposeAsync();

    /// <summary>A payment that waits for wallets, which cannot credit anybody until they are mended.</summary>
    internal async Task<(Request Request, DeadLetterSummary Letter)> BreakAtCrediting()
    {
        await Databases.BreakWallets();
        var request = Request.OfOne();
        await System.FrontDoor.Publish(request);
        return (request, await Letter("endpoint=wallets", request.PaymentId, nameof(CreditWallets)));
    }

    /// <summary>The same, whose deadline fails in the saga, which can do nothing until it is mended.</summary>
    internal async Task<(Request Request, DeadLetterSummary Letter)> BreakAtDeadline()
    {
        var (request, _) = await BreakAtCrediting();
        await Databases.BreakSaga();
        await Databases.HurryDeadline(request.PaymentId);
        return (request, await Letter("endpoint=payment-saga", request.PaymentId, nameof(PaymentDeadlineReached)));
    }

    /// <summary>Whoever is broken is mended, and the saga asks wallets again.</summary>
    internal async Task Complete(Ulid paymentId)
    {
        await Mend();
        await Databases.HurryDeadline(paymentId);
        (await System.AwaitEnd(paymentId)).State.ShouldBe("Completed");
    }

    internal static async Task Mend()
    {
        await Databases.MendWallets();
        await Databases.MendSaga();
    }

    /// <summary>Waits for a letter, and returns the one that failed last.</summary>
    internal async Task<DeadLetterSummary> Letter(string filter, Ulid paymentId, string type)
    {
        var query = $"{filter}&payment={paymentId}&type=Payments.Contracts:{type}";
        await System.Await($"a letter of {type}", async () => (await System.Http.DeadLetters(query)).Count > 0);
        return (await System.Http.DeadLetters(query))[0];
    }
}

/// <summary>Not beside other journeys, which count dead letters in the broker.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TriageCollection : ICollectionFixture<TriageSystem>
{
    public const string Name = "triage";
}
