using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Querying;

/// <summary><c>GET /v1/payments/{id}/books</c></summary>
internal static class ShowBooksEndpoint
{
    public static async Task<Results<Ok<PaymentBooks>, ProblemHttpResult>> Handle(
        string id, BooksQuery books, CancellationToken cancellationToken)
    {
        if (Identifiers.ReadPaymentId(id, "id", out var paymentId) is { } error)
            return Refusal.Invalid(error);

        return await books.Find(paymentId, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : Refusal.PaymentUnknown(paymentId);
    }
}
