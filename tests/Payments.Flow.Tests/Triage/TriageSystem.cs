using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Triage;

/// <summary>The whole system as it is shipped: Operations takes dead letters out of the broker.</summary>
public sealed class TriageSystem : IAsyncLifetime
{
    internal SystemUnderTest System { get; } =
        new(process => process == "operations" ? new Dictionary<string, string> { ["DeadLetters__Collect"] = "true" } : null);

    public Task InitializeAsync() => System.InitializeAsync();

    public Task DisposeAsync() => System.DisposeAsync();
}

/// <summary>Not beside other journeys, which count dead letters in the broker.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TriageCollection : ICollectionFixture<TriageSystem>
{
    public const string Name = "triage";
}
