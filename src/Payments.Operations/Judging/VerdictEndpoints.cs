using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;
using Payments.Operations.Querying;

namespace Payments.Operations.Judging;

/// <summary><c>GET /v1/dead-letters/{id}/verdict</c>, <c>/v1/dead-letters/groups/{id}/verdict</c></summary>
internal static class VerdictEndpoints
{
    public static async Task<Results<Ok<DeadLetterVerdict>, ProblemHttpResult>> OfLetter(
        string id, VerdictQuery verdicts, CancellationToken cancellationToken)
    {
        if (Identifiers.ReadPaymentId(id, "id", out var letterId) is { } error)
            return Refusal.Invalid(error);
        return await verdicts.Judge([letterId], cancellationToken) is [var verdict]
            ? TypedResults.Ok(verdict)
            : Refusal.DeadLetterUnknown(letterId);
    }

    public static async Task<Results<Ok<DeadLetterGroupVerdict>, ProblemHttpResult>> OfGroup(
        string id,
        [AsParameters] JudgeGroupParameters parameters,
        HttpRequest request,
        GroupVerdictQuery verdicts,
        CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        if (Identifiers.ReadPaymentId(id, "id", out var groupId) is { } error)
            errors.Add(error);
        var part = GroupPart.Read(parameters, request.Query, errors);
        if (errors.Count > 0)
            return Refusal.Invalid(errors);
        return await verdicts.Judge(groupId, part, cancellationToken) is { } verdict
            ? TypedResults.Ok(verdict)
            : Refusal.DeadLetterGroupUnknown(groupId);
    }
}
