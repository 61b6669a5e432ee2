using Payments.Flow.Tests.Chaos;
using Payments.Flow.Tests.Floor;
using Payments.Flow.Tests.Storm;
using Payments.Flow.Tests.Triage;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Kit;

/// <summary>
/// Chaos and storms come after the journeys, as they look at the books and dead letters that all of them left as well. Triage
/// comes after those: it takes dead letters away, and charges so often in so short a time that a look for a charge in doubt ends
/// at the PSP's search, which proves nothing for an hour. The floor comes last, as the sandbox knows nothing of what it charged.
/// </summary>
public sealed class JourneysFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => c.DisplayName switch
        {
            ChaosCollection.Name => 1,
            StormCollection.Name => 2,
            TriageCollection.Name => 3,
            FloorCollection.Name => 4,
            _ => 0,
        });
}
