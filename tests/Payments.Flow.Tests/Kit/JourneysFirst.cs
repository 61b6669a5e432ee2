using Payments.Flow.Tests.Chaos;
using Payments.Flow.Tests.Floor;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Kit;

/// <summary>
/// Chaos comes after the journeys, as it looks at the books and dead letters that all of them left as well; the floor comes
/// last, as the sandbox knows nothing of what it charged.
/// </summary>
public sealed class JourneysFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => c.DisplayName switch
        {
            ChaosCollection.Name => 1,
            FloorCollection.Name => 2,
            _ => 0,
        });
}
