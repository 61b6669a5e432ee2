namespace Payments.Operations.Judging;

/// <summary>What a replay would do.</summary>
internal static class JudgingRegistration
{
    public static void AddJudging(this WebApplicationBuilder builder) => builder.Services.AddSingleton<VerdictQuery>();
}
