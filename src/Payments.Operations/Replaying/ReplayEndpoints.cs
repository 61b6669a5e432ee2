using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Collecting;
using Payments.Operations.Problems;
using Payments.Operations.Querying;

namespace Payments.Operations.Replaying;

/// <summary><c>POST /v1/dead-letters/{id}/replay</c>, and what can be done with a replay under <c>/v1/dead-letters/replays</c></summary>
internal static class ReplayEndpoints
{
    public static async Task<Results<Accepted<DeadLetterReplay>, ProblemHttpResult>> ReplayOne(
        string id, HttpRequest request, ReplayTable replays, BrokerManagement management, CancellationToken cancellationToken)
    {
        var (letterId, asked, refusal) = await OperatorBody.Read(
            id, request, (body, errors) => ReplayRequests.Read(body, [], errors), cancellationToken);
        if (asked is null)
            return refusal!;
        var order = asked with { LetterIds = [letterId] };
        if (await CheckDestination(order, management, cancellationToken) is { } wrong)
            return wrong;
        var answer = (await replays.Claim(order, cancellationToken)).Single();
        return answer.Replay is { } replay ? Accepted(replay) : Refused(answer.Refusal!);
    }

    public static async Task<Results<Ok<DeadLetterReplayList>, ProblemHttpResult>> ReplaySelection(
        HttpRequest request, ReplayTable replays, BrokerManagement management, CancellationToken cancellationToken)
    {
        var (_, order, refusal) = await OperatorBody.Read(
            null, request, (body, errors) => ReplayRequests.Read(body, ReplayRequests.ReadLetters(body, errors), errors), cancellationToken);
        if (order is null)
            return refusal!;
        if (await CheckDestination(order, management, cancellationToken) is { } wrong)
            return wrong;
        var answers = await replays.Claim(order, cancellationToken);
        return TypedResults.Ok(new DeadLetterReplayList { Letters = [.. answers.Select(a => a.ToContract())] });
    }

    public static async Task<Results<Ok<DeadLetterReplay>, ProblemHttpResult>> Show(
        string id, ReplayTable replays, CancellationToken cancellationToken)
    {
        if (Identifiers.ReadPaymentId(id, "id", out var replayId) is { } malformed)
            return Refusal.Invalid(malformed);
        return await replays.Find(replayId, cancellationToken) is { } replay ? TypedResults.Ok(replay) : Unknown(replayId);
    }

    public static Task<Results<Ok<DeadLetterReplay>, ProblemHttpResult>> Approve(
        string id, HttpRequest request, ReplayTable replays, CancellationToken cancellationToken) =>
        Change(id, request, replays.Approve, cancellationToken);

    public static Task<Results<Ok<DeadLetterReplay>, ProblemHttpResult>> Withdraw(
        string id, HttpRequest request, ReplayTable replays, CancellationToken cancellationToken) =>
        Change(id, request, replays.Withdraw, cancellationToken);

    private static async Task<Results<Ok<DeadLetterReplay>, ProblemHttpResult>> Change(
        string id,
        HttpRequest request,
        Func<Ulid, OperatorRequest, CancellationToken, Task<(DeadLetterReplay? Replay, ReplayRefusal? Refusal)?>> change,
        CancellationToken cancellationToken)
    {
        var (replayId, by, refusal) = await OperatorBody.Read(id, request, OperatorRequest.Read, cancellationToken);
        if (by is null)
            return refusal!;
        if (await change(replayId, by, cancellationToken) is not { } changed)
            return Unknown(replayId);
        return changed.Replay is { } replay ? TypedResults.Ok(replay) : Refused(changed.Refusal!);
    }

    private static async Task<ProblemHttpResult?> CheckDestination(
        ReplayOrder order, BrokerManagement management, CancellationToken cancellationToken)
    {
        if (order.Destination is not { } destination)
            return null;
        try
        {
            return await ReplayRequests.Check(destination, management, cancellationToken) is { } error
                ? Refusal.Invalid(error)
                : null;
        }
        catch (HttpRequestException)
        {
            return Refusal.Create(
                StatusCodes.Status503ServiceUnavailable, "unavailable", "Not available now.",
                $"The broker's management API does not answer: whether there is a queue {destination} is not known. Ask again.");
        }
    }

    private static Accepted<DeadLetterReplay> Accepted(DeadLetterReplay replay) =>
        TypedResults.Accepted($"/v1/dead-letters/replays/{replay.ReplayId}", replay);

    public static ProblemHttpResult Refused(ReplayRefusal refusal) => refusal.Type == ReplayRefusal.LetterUnknown
        ? Refusal.Create(StatusCodes.Status404NotFound, refusal.Type, "No such dead letter.", refusal.Detail)
        : Refusal.Create(StatusCodes.Status409Conflict, refusal.Type, "That cannot be done now.", refusal.Detail);

    private static ProblemHttpResult Unknown(Ulid replayId) => Refusal.Create(
        StatusCodes.Status404NotFound, "replay-unknown", "No such replay.", $"No replay {replayId} is known.");
}
