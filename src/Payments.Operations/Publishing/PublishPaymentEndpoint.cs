using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Publishing;

/// <summary><c>POST /v1/payments</c></summary>
internal static class PublishPaymentEndpoint
{
    public const string ReplayedHeader = "Idempotent-Replayed";

    private const string BusyRetrySeconds = "1";

    public static async Task<Results<Accepted<PaymentAccepted>, ProblemHttpResult>> Handle(
        HttpContext http, PaymentTaking taking, CancellationToken cancellationToken)
    {
        var (body, refusal) = await JsonBody.Read(http.Request, cancellationToken);
        using (body)
        {
            if (body is null)
                return refusal!;

            var errors = new List<FieldError>();
            return PostedPayment.Read(body.Root, http.Request.Headers[PostedPayment.KeyHeader], errors) is { } posted
                ? Answer(http.Response, await taking.Take(posted, cancellationToken))
                : Refusal.Invalid(errors);
        }
    }

    private static Results<Accepted<PaymentAccepted>, ProblemHttpResult> Answer(
        HttpResponse response, TakingResult result)
    {
        switch (result.Kind)
        {
            case TakingKind.Accepted:
                return Accepted(result.Answer!);
            case TakingKind.Replayed:
                response.Headers[ReplayedHeader] = "true";
                return Accepted(result.Answer!);
            case TakingKind.Different:
                return Refusal.Create(
                    StatusCodes.Status422UnprocessableEntity, "key-reused", "The idempotency key is taken.",
                    "Another request of this merchant came under the same idempotency key. Nothing was done.");
            case TakingKind.Busy:
                response.Headers.RetryAfter = BusyRetrySeconds;
                return Refusal.Create(
                    StatusCodes.Status409Conflict, "being-taken-in", "The same request is being taken in.",
                    "Send the same request again for its answer.");
            case TakingKind.Unavailable:
                response.Headers.RetryAfter = OutageHandler.RetryAfterSeconds;
                return Refusal.Create(
                    StatusCodes.Status503ServiceUnavailable, "unavailable", "Not available now.",
                    "The broker has not confirmed the request; it may have it. Send the same request again: it is paid "
                    + "once.");
            default:
                throw new InvalidOperationException($"No answer for {result.Kind}.");
        }
    }

    private static Accepted<PaymentAccepted> Accepted(PaymentAccepted answer) =>
        TypedResults.Accepted($"/v1/payments/{answer.PaymentId}", answer);
}
