using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Querying;

/// <summary><c>GET /v1/sellers/{id}/balances</c></summary>
internal static class ShowBalancesEndpoint
{
    public static async Task<Results<Ok<SellerBalances>, ProblemHttpResult>> Handle(
        string id, BooksQuery books, CancellationToken cancellationToken) =>
        Identifiers.CheckName(id, "id") is { } error
            ? Refusal.Invalid(error)
            : TypedResults.Ok(await books.Balances(id, cancellationToken));
}
