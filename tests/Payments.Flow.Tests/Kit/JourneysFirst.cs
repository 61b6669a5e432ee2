using Payments.Flow.Tests.Chaos;
using Payments.Flow.Tests.Floor;
using Payments.Flow.Tests.Storm;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Kit;

/// <summary>
/// Chaos and storms come after the journeys, as they look at the books and dead letters that all of them left as well; the
/// floor comes last, as the sandbox knows nothing of what it charged.
/// </summary>
public sealed class JourneysFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => c.DisplayName switch
        {
            ChaosCollection.Name => 1,
            StormCollection.Name => 2,
            FloorCollection.Name => 3,
            _ => 0,
        });
}
