using Payments.Operations.Auditing;
using Payments.Operations.Problems;

namespace Payments.Operations.Resuming;

/// <summary>An operator lets a parked payment go on.</summary>
internal static class ResumingRegistration
{
    public static void MapResuming(this WebApplication app) =>
        app.MapPost("/v1/payments/{id}/resume", ResumePaymentEndpoint.Handle)
            .WithTags("Operate").WithName("ResumePayment")
            .WithSummary("Lets a parked payment try the step again that it stopped at.")
            .Accepts<OperatorRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
