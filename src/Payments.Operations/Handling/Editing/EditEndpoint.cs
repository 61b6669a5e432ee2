using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Judging;
using Payments.Operations.Problems;
using Payments.Operations.Replaying;

namespace Payments.Operations.Handling.Editing;

/// <summary><c>POST /v1/dead-letters/{id}/edit</c></summary>
internal static class EditEndpoint
{
    private const string Patch = "patch";

    public static async Task<Results<Ok<DeadLetterEdit>, Accepted<DeadLetterEdit>, ProblemHttpResult>> Handle(
        string id,
        HttpRequest request,
        AuditedChanges changes,
        LetterContent content,
        VerdictQuery verdicts,
        ReplaySignal signal,
        CancellationToken cancellationToken)
    {
        var (letterId, sent, refusal) = await OperatorBody.Read(id, request, Request.Read, cancellationToken, free: Patch);
        if (sent is null)
            return refusal!;
        if (await content.Find(letterId, cancellationToken) is not { } letter)
            return Refusal.DeadLetterUnknown(letterId);
        (var draft, refusal) = EditDraft.Make(letter, sent.Patch);
        if (draft is null)
            return refusal!;

        // What breaks rules does not go out, and no query takes a NUL.
        var judged = draft.Errors.Count > 0
            ? []
            : await verdicts.Judge(
                [letterId], cancellationToken,
                new Dictionary<Ulid, LetterMessage> { [letterId] = LetterMessage.Read(draft.Body) });
        var edit = new EditLetter(sent.By, draft, judged.ToDictionary(j => j.LetterId));
        if (sent.DryRun)
        {
            return await changes.Try(letterId, edit, cancellationToken) is { } no
                ? no
                : TypedResults.Ok(Shown(letterId, draft) with { Errors = draft.Errors });
        }

        if (draft.Errors.Count > 0)
            return Refusal.Invalid(draft.Errors);
        if (await changes.Commit(letterId, edit, cancellationToken) is { } refused)
            return refused;
        signal.Set();
        return TypedResults.Accepted($"/v1/dead-letters/replays/{edit.Replay!.ReplayId}", Shown(letterId, draft) with
        {
            EditId = edit.EditId,
            EditedBy = sent.By.RequestedBy,
            Reason = sent.By.Reason,
            ReplayId = edit.Replay.ReplayId,
            ReplayState = edit.Replay.State,
        });
    }

    private static DeadLetterEdit Shown(Ulid letterId, EditDraft draft) => new()
    {
        LetterId = letterId,
        Diff = draft.Diff,
        ChangesMoney = draft.ChangesMoney,
    };

    private sealed record Request(JsonObject Patch, OperatorRequest By, bool DryRun)
    {
        public static Request? Read(JsonElement body, List<FieldError> errors)
        {
            var by = OperatorRequest.Read(body, errors);
            var patch = body.TryGetProperty(EditEndpoint.Patch, out var value) && value.ValueKind == JsonValueKind.Object
                ? JsonObject.Create(value.Clone())
                : null;
            if (patch is null)
                errors.Add(new FieldError(EditEndpoint.Patch, "object", "patch must be a JSON object: a merge patch of the message."));
            var dryRun = ReadDryRun(body, errors);
            return by is null || patch is null ? null : new Request(patch, by, dryRun);
        }

        private static bool ReadDryRun(JsonElement body, List<FieldError> errors)
        {
            if (!body.TryGetProperty("dryRun", out var value) || value.ValueKind is JsonValueKind.Null)
                return false;
            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                errors.Add(new FieldError("dryRun", "boolean", "dryRun must be true or false."));
            return value.ValueKind == JsonValueKind.True;
        }
    }
}
