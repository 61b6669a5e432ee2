using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;
using Payments.Operations.Triaging;

namespace Payments.Operations.Handling;

/// <summary>
/// <c>POST /v1/dead-letters/{id}/discard</c>, <c>/v1/dead-letters/{id}/restore</c>, <c>/v1/dead-letters/discards</c>
/// </summary>
internal static class DiscardEndpoints
{
    /// <summary>Letters of one transaction.</summary>
    private const int ChunkLetters = 500;

    public static async Task<Results<Ok<DeadLetterDetails>, ProblemHttpResult>> Discard(
        string id, HttpRequest request, AuditedChanges changes, DeadLetterQuery letters, CancellationToken cancellationToken)
    {
        var (letterId, sent, refusal) = await OperatorBody.Read(id, request, Request.Read, cancellationToken);
        if (sent is null)
            return refusal!;
        var discard = new DiscardLetters(sent.By, sent.Money, await letters.AtStake([letterId], cancellationToken));
        return await changes.Commit(letterId, discard, cancellationToken)
            ?? await DeadLetterEndpoints.Show(id, letters, cancellationToken);
    }

    public static async Task<Results<Ok<DeadLetterDetails>, ProblemHttpResult>> Restore(
        string id, HttpRequest request, AuditedChanges changes, DeadLetterQuery letters, CancellationToken cancellationToken)
    {
        var (letterId, by, refusal) = await OperatorBody.Read(id, request, OperatorRequest.Read, cancellationToken);
        if (by is null)
            return refusal!;
        return await changes.Commit(letterId, new RestoreLetters(by), cancellationToken)
            ?? await DeadLetterEndpoints.Show(id, letters, cancellationToken);
    }

    public static async Task<Results<Ok<DeadLetterDiscards>, ProblemHttpResult>> DiscardAll(
        HttpRequest request,
        AuditedChanges changes,
        DeadLetterQuery letters,
        NpgsqlDataSource dataSource,
        CancellationToken cancellationToken)
    {
        var (_, sent, refusal) = await OperatorBody.Read(null, request, SelectionRequest.Read, cancellationToken);
        if (sent is null)
            return refusal!;
        (var ids, refusal) = await sent.Selection.Find(dataSource, cancellationToken);
        if (refusal is not null)
            return refusal;

        var answers = new List<DeadLetterDiscardAnswer>();
        foreach (var chunk in ids.Chunk(ChunkLetters))
        {
            var discard = new DiscardLetters(
                sent.Discard.By, sent.Discard.Money, await letters.AtStake(chunk, cancellationToken));
            var refused = await changes.Commit(chunk, discard, cancellationToken);
            answers.AddRange(chunk.Select(letterId => refused.TryGetValue(letterId, out var no)
                ? new DeadLetterDiscardAnswer(letterId, false, no.ProblemDetails.Detail)
                : new DeadLetterDiscardAnswer(letterId, true)));
        }

        return TypedResults.Ok(new DeadLetterDiscards
        {
            Discarded = answers.Count(a => a.Discarded),
            Refused = answers.Count(a => !a.Discarded),
            Letters = answers,
        });
    }

    private sealed record Request(OperatorRequest By, MoneyStatement? Money)
    {
        public static Request? Read(JsonElement body, List<FieldError> errors)
        {
            var by = OperatorRequest.Read(body, errors);
            var money = MoneySaid.Read(body, errors);
            return by is null ? null : new Request(by, money);
        }
    }

    private sealed record SelectionRequest(LetterSelection Selection, Request Discard)
    {
        public static SelectionRequest? Read(JsonElement body, List<FieldError> errors)
        {
            var selection = LetterSelection.Read(body, errors);
            return Request.Read(body, errors) is { } discard ? new SelectionRequest(selection, discard) : null;
        }
    }
}
