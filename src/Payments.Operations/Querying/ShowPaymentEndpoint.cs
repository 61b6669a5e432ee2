using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Querying;

/// <summary><c>GET /v1/payments/{id}</c></summary>
internal static class ShowPaymentEndpoint
{
    public static async Task<Results<Ok<PaymentDetails>, ProblemHttpResult>> Handle(
        string id, PaymentQuery payments, CancellationToken cancellationToken)
    {
        if (Identifiers.ReadPaymentId(id, "id", out var paymentId) is { } error)
            return Refusal.Invalid(error);

        return await payments.Find(paymentId, cancellationToken) is { } details
            ? TypedResults.Ok(details)
            : Refusal.PaymentUnknown(paymentId);
    }
}
