using Payments.Messaging;

namespace Payments.Operations.Auditing;

internal static class AuditingRegistration
{
    public static void AddAuditing(this WebApplicationBuilder builder) =>
        builder.Services.AddWriter<OperatorActionWriter>();
}
