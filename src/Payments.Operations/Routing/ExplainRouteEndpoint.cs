using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Routing;

/// <summary><c>POST /v1/routes/explain</c></summary>
internal static class ExplainRouteEndpoint
{
    public static async Task<Results<Ok<RouteExplained>, ProblemHttpResult>> Handle(
        HttpContext http, IRequestClient<ExplainRoute> orchestrator, CancellationToken cancellationToken)
    {
        var (body, refusal) = await JsonBody.Read(http.Request, cancellationToken);
        using (body)
        {
            if (body is null)
                return refusal!;

            try
            {
                var answer = await orchestrator.GetResponse<RouteExplained, RouteNotExplained>(
                    new ExplainRoute { Request = RouteQuestion.Write(body.Root) }, cancellationToken);
                if (answer.Is(out Response<RouteNotExplained>? broken))
                    return Refusal.Invalid(broken!.Message.Errors);
                return answer.Is(out Response<RouteExplained>? explained)
                    ? TypedResults.Ok(explained!.Message)
                    : throw new InvalidOperationException("The orchestrator answered something else.");
            }
            catch (RequestTimeoutException)
            {
                http.Response.Headers.RetryAfter = OutageHandler.RetryAfterSeconds;
                return Refusal.Create(
                    StatusCodes.Status503ServiceUnavailable, "unavailable", "Not available now.",
                    "The orchestrator, which knows the routing table, does not answer. Ask again.");
            }
        }
    }
}
