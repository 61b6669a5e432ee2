using Payments.Messaging;

namespace Payments.Operations.Auditing;

/// <summary>Who did what, when, to what, and why.</summary>
internal static class AuditingRegistration
{
    public static void AddAuditing(this WebApplicationBuilder builder)
    {
        builder.Services.AddWriter<OperatorActionWriter>();
        builder.Services.AddSingleton<OperatorActionQuery>();
    }

    public static void MapAuditing(this WebApplication app) =>
        app.MapGroup("/v1").WithTags("Triage").MapGet("/operator-actions", ListOperatorActionsEndpoint.Handle)
            .WithName("ListOperatorActions").WithSummary("Lists what operators did, and the product by itself, newest first.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
}
