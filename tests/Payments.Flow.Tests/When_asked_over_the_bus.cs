using MassTransit;
using Payments.Contracts;
using Payments.Flow.Tests.Kit;
using Payments.Testing;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_asked_over_the_bus(SystemUnderTest system)
{
    [Fact]
    public async Task Should_answer_where_a_payment_is()
    {
        var request = Request.OfOne();
        await system.FrontDoor.Publish(request);
        await system.AwaitEnd(request.PaymentId);
        var bus = Bus.Factory.CreateUsingRabbitMq(
            rabbit => rabbit.Host(new Uri(RunDirectory.Configuration("operations")["RabbitMq:Uri"]!)));
        await bus.StartAsync();
        try
        {
            var client = bus.CreateRequestClient<GetPayment>(new Uri("exchange:payment-queries"));

            var known = await client.GetResponse<PaymentDetails, PaymentNotFound>(
                new GetPayment { PaymentId = request.PaymentId });
            var unknown = await client.GetResponse<PaymentDetails, PaymentNotFound>(
                new GetPayment { PaymentId = Ulid.NewUlid() });

            known.Is<PaymentDetails>(out var details).ShouldBeTrue();
            var overHttp = (await system.Http.Find(request.PaymentId)).ShouldNotBeNull();
            (details!.Message.State, details.Message.History.Count).ShouldBe(("Completed", overHttp.History.Count));
            details.Message.Orders.ShouldBe(overHttp.Orders);
            unknown.Is<PaymentNotFound>(out _).ShouldBeTrue();
        }
        finally
        {
            await bus.StopAsync();
        }
    }
}
