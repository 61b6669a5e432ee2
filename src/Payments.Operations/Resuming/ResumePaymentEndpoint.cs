using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;
using Payments.Operations.Querying;

namespace Payments.Operations.Resuming;

/// <summary><c>POST /v1/payments/{id}/resume</c></summary>
internal static class ResumePaymentEndpoint
{
    private const string Parked = "Parked";

    public static async Task<Results<Accepted<PaymentAccepted>, ProblemHttpResult>> Handle(
        string id,
        HttpRequest request,
        PaymentQuery payments,
        ICommitter committer,
        CancellationToken cancellationToken)
    {
        var (paymentId, resume, refusal) = await OperatorBody.Read(id, request, OperatorRequest.Read, cancellationToken);
        if (resume is null)
            return refusal!;
        if (await payments.Find(paymentId, cancellationToken) is not { } payment)
            return Refusal.PaymentUnknown(paymentId);
        if (payment.State != Parked)
            return NotParked(payment);

        await committer.Commit(Origin.Local, Effects(payment, resume));
        return TypedResults.Accepted(
            $"/v1/payments/{payment.PaymentId}", new PaymentAccepted { PaymentId = payment.PaymentId });
    }

    private static Effects Effects(PaymentDetails payment, OperatorRequest resume) =>
        new Effects(payment.PaymentId)
            .Write(new OperatorAction(
                Ulid.NewUlid(),
                resume.RequestedBy,
                "resume_payment",
                payment.PaymentId.ToString(),
                resume.Reason,
                JsonSerializer.Serialize(
                    new { payment.State, payment.ResumeState, payment.Reason }, ContractJson.Options)))
            .Send(
                new ResumePayment
                {
                    PaymentId = payment.PaymentId,
                    RequestedBy = resume.RequestedBy,
                    Reason = resume.Reason,
                },
                Routes.PaymentSaga);

    private static ProblemHttpResult NotParked(PaymentDetails payment) => Refusal.Create(
        StatusCodes.Status409Conflict, "not-parked", "The payment is not parked.",
        $"It is {payment.State}: there is nothing to resume.");
}
