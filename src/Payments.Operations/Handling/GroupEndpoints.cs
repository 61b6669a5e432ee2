using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;
using Payments.Operations.Querying;
using Payments.Operations.Triaging;

namespace Payments.Operations.Handling;

/// <summary>
/// <c>GET /v1/dead-letters/groups/{id}</c>, <c>POST /v1/dead-letters/groups/{id}/assign</c>, <c>.../mute</c>, and notes to
/// groups and letters.
/// </summary>
internal static class GroupEndpoints
{
    public static async Task<Results<Ok<DeadLetterGroupDetails>, ProblemHttpResult>> Show(
        string id, DeadLetterGroupQuery groups, CancellationToken cancellationToken)
    {
        if (Identifiers.ReadPaymentId(id, "id", out var groupId) is { } error)
            return Refusal.Invalid(error);
        return await groups.Find(groupId, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : Refusal.DeadLetterGroupUnknown(groupId);
    }

    public static async Task<Results<Ok<DeadLetterGroupDetails>, ProblemHttpResult>> Assign(
        string id, HttpRequest request, AuditedChanges changes, DeadLetterGroupQuery groups, CancellationToken cancellationToken)
    {
        var (groupId, assign, refusal) = await OperatorBody.Read(id, request, AssignGroup.Read, cancellationToken);
        if (assign is null)
            return refusal!;
        return await changes.Commit(groupId, assign, cancellationToken) ?? await Show(id, groups, cancellationToken);
    }

    public static async Task<Results<Ok<DeadLetterGroupDetails>, ProblemHttpResult>> Mute(
        string id,
        HttpRequest request,
        AuditedChanges changes,
        DeadLetterGroupQuery groups,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (groupId, mute, refusal) = await OperatorBody.Read(
            id, request, (body, errors) => MuteGroup.Read(body, time.GetUtcNow(), errors), cancellationToken);
        if (mute is null)
            return refusal!;
        return await changes.Commit(groupId, mute, cancellationToken) ?? await Show(id, groups, cancellationToken);
    }

    public static async Task<Results<Ok<DeadLetterGroupDetails>, ProblemHttpResult>> Note(
        string id, HttpRequest request, AuditedChanges changes, DeadLetterGroupQuery groups, CancellationToken cancellationToken)
    {
        var (groupId, note, refusal) = await OperatorBody.Read(id, request, AddNote<LockedGroup>.Read, cancellationToken);
        if (note is null)
            return refusal!;
        return await changes.Commit(groupId, note, cancellationToken) ?? await Show(id, groups, cancellationToken);
    }

    public static async Task<Results<Ok<DeadLetterDetails>, ProblemHttpResult>> NoteLetter(
        string id, HttpRequest request, AuditedChanges changes, DeadLetterQuery letters, CancellationToken cancellationToken)
    {
        var (letterId, note, refusal) = await OperatorBody.Read(id, request, AddNote<LockedLetter>.Read, cancellationToken);
        if (note is null)
            return refusal!;
        return await changes.Commit(letterId, note, cancellationToken)
            ?? await DeadLetterEndpoints.Show(id, letters, cancellationToken);
    }
}
