using Payments.Flow.Tests.Chaos;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Kit;

/// <summary>Chaos comes last, as it looks at the books and dead letters that all journeys left as well.</summary>
public sealed class JourneysFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => c.DisplayName == ChaosCollection.Name);
}
