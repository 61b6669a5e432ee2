using System.Collections.Frozen;

namespace Payments.Orchestrator.Routing;

/// <summary>The connections that are unhealthy by the last look into the database; missing or old states are healthy.</summary>
internal sealed class ConnectionHealth
{
    private volatile FrozenSet<string> _unhealthy = [];

    public IReadOnlySet<string> Unhealthy => _unhealthy;

    public void Replace(IEnumerable<string> unhealthy) => _unhealthy = unhealthy.ToFrozenSet();
}
