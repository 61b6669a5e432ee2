using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Payments.Operations.Views;

/// <summary>Ready means that the views' database answers, too; it may be another one than our own.</summary>
internal sealed class OpsHealthCheck(IDbContextFactory<OpsContext> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        return await ops.Database.CanConnectAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The database of the ops views does not answer.");
    }
}
