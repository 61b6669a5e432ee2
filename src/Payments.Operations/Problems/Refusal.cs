using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Payments.Contracts;

namespace Payments.Operations.Problems;

/// <summary>Every "no" of the API as <c>application/problem+json</c> with a stable type.</summary>
internal static class Refusal
{
    private const string TypePrefix = "urn:payments:problem:";

    /// <summary>400: the broken rules are listed by field.</summary>
    public static ProblemHttpResult Invalid(params IReadOnlyList<FieldError> errors) => Create(
        StatusCodes.Status400BadRequest,
        "invalid-request",
        "The request breaks rules.",
        string.Join(' ', errors.Select(e => e.Message)),
        errors);

    public static ProblemHttpResult PaymentUnknown(Ulid paymentId) => Create(
        StatusCodes.Status404NotFound, "payment-unknown", "No such payment.", $"No payment {paymentId} is known.");

    public static ProblemHttpResult DeadLetterUnknown(Ulid letterId) => Create(
        StatusCodes.Status404NotFound, "dead-letter-unknown", "No such dead letter.", $"No dead letter {letterId} is known.");

    public static ProblemHttpResult DeadLetterGroupUnknown(Ulid groupId) => Create(
        StatusCodes.Status404NotFound, "dead-letter-group-unknown", "No such group.", $"No group {groupId} of dead letters is known.");

    public static ProblemHttpResult Create(
        int status, string type, string title, string detail, IReadOnlyList<FieldError>? errors = null)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Type = TypePrefix + type,
            Title = title,
            Detail = detail,
        };
        if (errors is not null)
            problem.Extensions["errors"] = errors;
        return TypedResults.Problem(problem);
    }
}
