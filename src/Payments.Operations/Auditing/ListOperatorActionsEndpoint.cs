using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;

namespace Payments.Operations.Auditing;

/// <summary><c>GET /v1/operator-actions</c></summary>
internal static class ListOperatorActionsEndpoint
{
    public static async Task<Results<Ok<OperatorActionPage>, ProblemHttpResult>> Handle(
        [AsParameters] ListOperatorActionsParameters parameters,
        HttpRequest request,
        OperatorActionQuery actions,
        CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        var filter = OperatorActionFilter.Read(parameters, request.Query, errors);
        return errors.Count > 0
            ? Refusal.Invalid(errors)
            : TypedResults.Ok(await actions.List(filter, cancellationToken));
    }
}
