using MassTransit;
using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary>
/// Answers <see cref="GetPayment"/> over the bus. A question is not kept: who asks again is answered again.
/// </summary>
internal sealed class GetPaymentConsumer(PaymentQuery payments) : IConsumer<GetPayment>
{
    public async Task Consume(ConsumeContext<GetPayment> context)
    {
        var paymentId = context.Message.PaymentId;
        if (await payments.Find(paymentId, context.CancellationToken) is { } details)
            await context.RespondAsync(details);
        else
            await context.RespondAsync(new PaymentNotFound { PaymentId = paymentId });
    }
}
