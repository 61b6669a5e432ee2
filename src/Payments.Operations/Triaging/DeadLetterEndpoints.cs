using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Collecting;
using Payments.Operations.Problems;
using Payments.Operations.Querying;

namespace Payments.Operations.Triaging;

/// <summary><c>GET /v1/dead-letters</c>, <c>/v1/dead-letters/groups</c>, <c>/v1/dead-letters/{id}</c>, <c>/v1/queues</c></summary>
internal static partial class DeadLetterEndpoints
{
    public static async Task<Results<Ok<DeadLetterPage>, ProblemHttpResult>> List(
        [AsParameters] ListDeadLettersParameters parameters,
        HttpRequest request,
        DeadLetterQuery letters,
        CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        var filter = DeadLetterFilter.Read(parameters, request.Query, errors);
        return errors.Count > 0
            ? Refusal.Invalid(errors)
            : TypedResults.Ok(await letters.List(filter, cancellationToken));
    }

    public static async Task<Results<Ok<DeadLetterGroupPage>, ProblemHttpResult>> Groups(
        [AsParameters] ListDeadLetterGroupsParameters parameters,
        HttpRequest request,
        DeadLetterGroupQuery groups,
        CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        var filter = DeadLetterGroupFilter.Read(parameters, request.Query, errors);
        return errors.Count > 0
            ? Refusal.Invalid(errors)
            : TypedResults.Ok(await groups.List(filter, cancellationToken));
    }

    public static async Task<Results<Ok<DeadLetterDetails>, ProblemHttpResult>> Show(
        string id, DeadLetterQuery letters, CancellationToken cancellationToken)
    {
        if (Identifiers.ReadPaymentId(id, "id", out var letterId) is { } error)
            return Refusal.Invalid(error);
        return await letters.Find(letterId, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : Refusal.DeadLetterUnknown(letterId);
    }

    public static async Task<Results<Ok<QueueList>, ProblemHttpResult>> Queues(
        HttpContext http, BrokerManagement management, ILogger<BrokerManagement> logger, CancellationToken cancellationToken)
    {
        try
        {
            var queues = await management.ReadQueues(cancellationToken);
            return TypedResults.Ok(new QueueList
            {
                Queues = [.. queues.OrderBy(q => q.Name, StringComparer.Ordinal).Select(Details)],
            });
        }
        catch (HttpRequestException exception)
        {
            LogManagementAway(logger, exception.Message);
            http.Response.Headers.RetryAfter = OutageHandler.RetryAfterSeconds;
            return Refusal.Create(
                StatusCodes.Status503ServiceUnavailable, "unavailable", "Not available now.",
                "The broker's management API does not answer. Ask again.");
        }
    }

    private static QueueDetails Details(BrokerQueue queue) => new()
    {
        Queue = queue.Name,
        HoldsDeadLetters = DeadLetterQueues.Contains(queue.Name),
        Ready = queue.Ready,
        Unacknowledged = queue.Unacknowledged,
        Consumers = queue.Consumers,
        PublishedPerSecond = queue.PublishedPerSecond,
        DeliveredPerSecond = queue.DeliveredPerSecond,
        AcknowledgedPerSecond = queue.AcknowledgedPerSecond,
        RedeliveredPerSecond = queue.RedeliveredPerSecond,
        OldestAt = queue.OldestAt,
        NotEmptySince = queue.NotEmptySince,
    };

    [LoggerMessage(7150, LogLevel.Warning, "The broker's management API does not answer: {Reason}")]
    private static partial void LogManagementAway(ILogger logger, string reason);
}
