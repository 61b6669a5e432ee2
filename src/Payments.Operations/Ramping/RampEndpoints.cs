using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;
using Payments.Operations.Querying;
using Payments.Operations.Replaying;

namespace Payments.Operations.Ramping;

/// <summary>What can be done with ramps, under <c>/v1/dead-letters/ramps</c></summary>
internal static class RampEndpoints
{
    public static async Task<Results<Created<DeadLetterRamp>, ProblemHttpResult>> Start(
        HttpRequest request, RampTable ramps, CancellationToken cancellationToken)
    {
        var (_, order, refusal) = await OperatorBody.Read(null, request, RampRequest.Read, cancellationToken);
        if (order is null)
            return refusal!;
        var (ramp, because) = await ramps.Start(order, cancellationToken);
        return ramp is not null ? TypedResults.Created($"/v1/dead-letters/ramps/{ramp.RampId}", ramp) : Refused(because!);
    }

    public static async Task<Ok<DeadLetterRampList>> List(RampTable ramps, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ramps.List(cancellationToken));

    public static async Task<Results<Ok<DeadLetterRamp>, ProblemHttpResult>> Show(
        string id, RampTable ramps, CancellationToken cancellationToken)
    {
        if (Identifiers.ReadPaymentId(id, "id", out var rampId) is { } malformed)
            return Refusal.Invalid(malformed);
        return await ramps.Find(rampId, cancellationToken) is { } ramp ? TypedResults.Ok(ramp) : Unknown(rampId);
    }

    public static Task<Results<Ok<DeadLetterRamp>, ProblemHttpResult>> Pause(
        string id, HttpRequest request, RampTable ramps, CancellationToken cancellationToken) =>
        Change(id, RampChange.Pause, request, ramps, cancellationToken);

    public static Task<Results<Ok<DeadLetterRamp>, ProblemHttpResult>> Resume(
        string id, HttpRequest request, RampTable ramps, CancellationToken cancellationToken) =>
        Change(id, RampChange.Resume, request, ramps, cancellationToken);

    public static Task<Results<Ok<DeadLetterRamp>, ProblemHttpResult>> Cancel(
        string id, HttpRequest request, RampTable ramps, CancellationToken cancellationToken) =>
        Change(id, RampChange.Cancel, request, ramps, cancellationToken);

    private static async Task<Results<Ok<DeadLetterRamp>, ProblemHttpResult>> Change(
        string id, RampChange change, HttpRequest request, RampTable ramps, CancellationToken cancellationToken)
    {
        var (rampId, by, refusal) = await OperatorBody.Read(id, request, OperatorRequest.Read, cancellationToken);
        if (by is null)
            return refusal!;
        if (await ramps.Change(rampId, change, by, cancellationToken) is not { } changed)
            return Unknown(rampId);
        return changed.Ramp is { } ramp ? TypedResults.Ok(ramp) : Refused(changed.Refusal!);
    }

    private static ProblemHttpResult Refused(ReplayRefusal refusal) => refusal.Type == RampTable.GroupUnknown
        ? Refusal.Create(StatusCodes.Status404NotFound, refusal.Type, "No such group.", refusal.Detail)
        : Refusal.Create(StatusCodes.Status409Conflict, refusal.Type, "That cannot be done now.", refusal.Detail);

    private static ProblemHttpResult Unknown(Ulid rampId) => Refusal.Create(
        StatusCodes.Status404NotFound, "ramp-unknown", "No such ramp.", $"No ramp {rampId} is known.");
}
