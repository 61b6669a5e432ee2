using Microsoft.Extensions.Options;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Handling.Editing;

namespace Payments.Operations.Handling;

/// <summary>What operators do about letters and groups besides replaying them, and how long letters are kept.</summary>
internal static class HandlingRegistration
{
    public static void AddHandling(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetentionOptions>()
            .Bind(builder.Configuration.GetSection(RetentionOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IOptions<RetentionOptions>>().Value);
        builder.Services.AddSingleton<AuditedChanges>();
        builder.Services.AddSingleton<LetterContent>();
        builder.Services.AddHostedService<LetterRetention>();
    }

    public static void MapHandling(this WebApplication app)
    {
        var letters = app.MapGroup("/v1/dead-letters").WithTags("Triage");
        letters.MapGet("/groups/{id}", GroupEndpoints.Show)
            .WithName("GetDeadLetterGroup").WithSummary("One group: who works on it, notes, and letters by state and outcome.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        letters.MapPost("/{id}/discard", DiscardEndpoints.Discard)
            .WithName("DiscardDeadLetter").WithSummary("A letter is not sent on; of its money it is said what became of it.")
            .Acts<DiscardDeadLetter>();
        letters.MapPost("/{id}/restore", DiscardEndpoints.Restore)
            .WithName("RestoreDeadLetter").WithSummary("A discarded letter is open again.")
            .Acts<OperatorRequest>();
        letters.MapPost("/discards", DiscardEndpoints.DiscardAll)
            .WithName("DiscardDeadLetters").WithSummary("Discards a selection, or a group as it was seen; answers for each letter.")
            .Acts<DiscardDeadLetters>();
        letters.MapPost("/{id}/edit", EditEndpoint.Handle)
            .WithName("EditDeadLetter").WithSummary("Replays a letter with other content, checked against its contract.")
            .Acts<EditDeadLetter>();
        letters.MapPost("/{id}/notes", GroupEndpoints.NoteLetter)
            .WithName("NoteDeadLetter").WithSummary("Writes a note to a letter.")
            .Acts<NoteDeadLetter>();
        letters.MapPost("/groups/{id}/assign", GroupEndpoints.Assign)
            .WithName("AssignDeadLetterGroup").WithSummary("Says who works on a group.")
            .Acts<AssignDeadLetterGroup>();
        letters.MapPost("/groups/{id}/mute", GroupEndpoints.Mute)
            .WithName("MuteDeadLetterGroup").WithSummary("Takes a group out of the open ones until a time.")
            .Acts<MuteDeadLetterGroup>();
        letters.MapPost("/groups/{id}/notes", GroupEndpoints.Note)
            .WithName("NoteDeadLetterGroup").WithSummary("Writes a note to a group.")
            .Acts<NoteDeadLetter>();
    }

    private static void Acts<T>(this RouteHandlerBuilder route)
        where T : notnull => route
            .Accepts<T>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
