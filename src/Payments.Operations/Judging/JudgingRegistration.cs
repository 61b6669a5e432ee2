using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Payments.Operations.Judging;

/// <summary>What a replay would do, and what it did.</summary>
internal static class JudgingRegistration
{
    public static void AddJudging(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OutcomeOptions>()
            .Bind(builder.Configuration.GetSection(OutcomeOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IOptions<OutcomeOptions>>().Value);
        builder.Services.AddSingleton<VerdictQuery>();
        builder.Services.AddSingleton<GroupVerdictQuery>();
        builder.Services.AddSingleton<OutcomeTable>();
        builder.Services.AddHostedService<OutcomeReader>();
    }

    public static void MapJudging(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Triage");
        group.MapGet("/dead-letters/{id}/verdict", VerdictEndpoints.OfLetter)
            .WithName("JudgeDeadLetter").WithSummary("What a replay of the letter would do, with the evidence.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/dead-letters/groups/{id}/verdict", VerdictEndpoints.OfGroup)
            .WithName("JudgeDeadLetterGroup").WithSummary("What replays of a group's open letters would do, summed.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
