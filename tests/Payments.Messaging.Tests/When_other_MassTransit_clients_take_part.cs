using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;
using Payments.Contracts;
using Payments.Messaging.Tests.Sending;
using Payments.Messaging.Tests.Toy;

namespace Payments.Messaging.Tests;

/// <summary>A plain MassTransit bus, which knows the contracts and nothing of us, sends and hears.</summary>
[Collection(nameof(ToyCollection))]
public sealed class When_other_MassTransit_clients_take_part(ToyService toy)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private sealed record Heard(
        SellerUpdated Message, Guid? MessageId, Guid? ConversationId, Guid? InitiatorId, DateTime? SentTime, ActivityTraceId Trace);

    [Fact]
    public async Task Should_understand_each_other_and_stay_in_one_trace()
    {
        using var tracing = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DiagnosticHeaders.DefaultListenerName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(tracing);
        var command = new UpdateSeller { SellerId = $"seller-{Ulid.NewUlid()}", Closed = true, Currencies = ["EUR", "USD"] };
        var (messageId, conversationId) = (Ulid.NewUlid().ToGuid(), Guid.NewGuid());
        var hearing = new TaskCompletionSource<Heard>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(PublisherOnWire.Broker);
            rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint => endpoint.Handler<SellerUpdated>(context =>
            {
                if (context.Message.SellerId == command.SellerId)
                {
                    hearing.TrySetResult(new Heard(
                        context.Message,
                        context.MessageId,
                        context.ConversationId,
                        context.InitiatorId,
                        context.SentTime,
                        Activity.Current?.TraceId ?? default));
                }

                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();
        try
        {
            using var order = new Activity("order").Start();
            var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{ToyService.Queue}"));
            await endpoint.Send(command, context =>
            {
                context.MessageId = messageId;
                context.ConversationId = conversationId;
            });

            var heard = await hearing.Task.WaitAsync(Deadline);

            heard.Message.Currencies.ShouldBe(command.Currencies);
            heard.Message.Closed.ShouldBeTrue();
            heard.MessageId.ShouldBe(await toy.Ask<Guid>("SELECT sent_id FROM inbox_message WHERE message_id = $1", messageId));
            heard.ConversationId.ShouldBe(conversationId);
            heard.InitiatorId.ShouldBe(messageId);
            heard.SentTime.ShouldNotBeNull();
            heard.Trace.ShouldBe(order.TraceId);
        }
        finally
        {
            await bus.StopAsync();
        }
    }
}
