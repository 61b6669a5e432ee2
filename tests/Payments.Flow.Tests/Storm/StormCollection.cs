namespace Payments.Flow.Tests.Storm;

/// <summary>A system of its own, with PSPs that nobody else would want.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StormCollection : ICollectionFixture<StormSystem>
{
    public const string Name = "storm";
}
