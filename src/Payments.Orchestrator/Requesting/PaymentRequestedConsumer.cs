using MassTransit;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// The front door: takes a request from anybody, in any shape of JSON, and starts, rejects or refuses a payment.
/// </summary>
internal sealed class PaymentRequestedConsumer(Intake intake, Deliveries deliveries) : IConsumer<RawDelivery>
{
    public Task Consume(ConsumeContext<RawDelivery> context)
    {
        var (body, mediaType) = context.Message;
        var reading = RequestReader.Read(RequestBody.FindRequest(body, mediaType));
        return deliveries.Settle(context, intake.Decide(reading));
    }
}
