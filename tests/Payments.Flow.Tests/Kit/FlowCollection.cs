[assembly: TestCollectionOrderer("Payments.Flow.Tests.Kit.JourneysFirst", "Payments.Flow.Tests")]

namespace Payments.Flow.Tests.Kit;

/// <summary>All journeys share one system and run one after the other: faults of the sandbox are everybody's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FlowCollection : ICollectionFixture<SystemUnderTest>
{
    public const string Name = "flow";
}
