using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Querying;

/// <summary><c>GET /v1/payments</c></summary>
internal static class ListPaymentsEndpoint
{
    public static async Task<Results<Ok<PaymentPage>, ProblemHttpResult>> Handle(
        [AsParameters] ListPaymentsParameters parameters,
        HttpRequest request,
        PaymentListQuery payments,
        CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        var filter = PaymentFilter.Read(parameters, request.Query, errors);
        return errors.Count > 0
            ? Refusal.Invalid(errors)
            : TypedResults.Ok(await payments.List(filter, cancellationToken));
    }
}

/// <summary>The parameters as text, so that each broken one can be named.</summary>
internal readonly record struct ListPaymentsParameters
{
    [FromQuery(Name = "state"), Description("Exact state, for instance Completed.")]
    public string? State { get; init; }

    [FromQuery(Name = "merchant"), Description("Exact merchant id.")]
    public string? Merchant { get; init; }

    [FromQuery(Name = "from"), Description("Accepted at or after: a date, or a time with its offset (RFC 3339).")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Accepted before: a date, or a time with its offset (RFC 3339).")]
    public string? To { get; init; }

    [FromQuery(Name = "cursor"), Description("The value of next on the page before.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 200, default 50.")]
    public string? Limit { get; init; }
}
