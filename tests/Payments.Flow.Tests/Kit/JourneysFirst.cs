using Payments.Flow.Tests.Chaos;
using Payments.Flow.Tests.Storm;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Kit;

/// <summary>Chaos and storms come last, as they look at the books and dead letters that all journeys left as well.</summary>
public sealed class JourneysFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => c.DisplayName switch
        {
            ChaosCollection.Name => 1,
            StormCollection.Name => 2,
            _ => 0,
        });
}
