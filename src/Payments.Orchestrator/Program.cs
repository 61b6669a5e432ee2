using Payments.Hosting;
using Payments.Messaging;
using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Requesting;
using Payments.Orchestrator.Routing;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("orchestrator");
builder.Services.AddTokenCipher(builder.Configuration);
builder.Services.AddFrontDoor(builder.Configuration);
builder.Services.AddRouting(builder.Configuration);
builder.Services.AddPaying(builder.Configuration);
builder.Services.AddDurableMessaging(
    builder.Configuration,
    bus =>
    {
        bus.AddFrontDoorConsumer();
        bus.AddPaymentSaga();
        bus.AddRoutingConsumers();
    },
    (context, rabbit) =>
    {
        context.FrontDoorEndpoint(rabbit);
        rabbit.PaymentSagaEndpoint(context);
        context.RoutingEndpoint(rabbit);
    });

var app = builder.Build();
return await app.RunService(args);
