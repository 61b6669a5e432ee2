using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Chaos;

/// <summary>A system of its own: nobody else's journey shall see it die.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosCollection : ICollectionFixture<SystemUnderTest>
{
    public const string Name = "chaos";
}
