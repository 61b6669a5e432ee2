using Microsoft.Extensions.Options;
using Payments.Operations.Auditing;

namespace Payments.Operations.Replaying;

/// <summary>Dead letters are sent on again.</summary>
internal static class ReplayingRegistration
{
    public static void AddReplaying(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ReplayOptions>()
            .Bind(builder.Configuration.GetSection(ReplayOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IOptions<ReplayOptions>>().Value);
        builder.Services.AddSingleton<ReplaySignal>();
        builder.Services.AddSingleton<ReplayTable>();
        builder.Services.AddSingleton<ReplayOutbox>();
        if (builder.Configuration.GetSection(ReplayOptions.Section).GetValue(nameof(ReplayOptions.Send), true))
            builder.Services.AddHostedService<ReplayPublisher>();
    }

    public static void MapReplaying(this WebApplication app)
    {
        var group = app.MapGroup("/v1/dead-letters").WithTags("Triage");
        group.MapPost("/{id}/replay", ReplayEndpoints.ReplayOne)
            .WithName("ReplayDeadLetter").WithSummary("Sends a letter on again, unless that is dangerous.")
            .Accepts<ReplayRequest>("application/json").Changes()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/replays", ReplayEndpoints.ReplaySelection)
            .WithName("ReplayDeadLetters").WithSummary("Sends up to 200 letters on again; says of each whether it is, or why not.")
            .Accepts<ReplaySelectionRequest>("application/json").Changes()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/replays/{id}", ReplayEndpoints.Show)
            .WithName("GetReplay").WithSummary("How far a replay has come, and what became of it.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/replays/{id}/approve", ReplayEndpoints.Approve)
            .WithName("ApproveReplay").WithSummary("A second person lets a dangerous replay go out.")
            .Accepts<OperatorRequest>("application/json").Changes()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/replays/{id}/withdraw", ReplayEndpoints.Withdraw)
            .WithName("WithdrawReplay").WithSummary("Takes a replay back that is not published yet.")
            .Accepts<OperatorRequest>("application/json").Changes()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>What every route answers that reads a body.</summary>
    public static RouteHandlerBuilder Changes(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
