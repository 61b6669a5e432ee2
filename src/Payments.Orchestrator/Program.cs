using Payments.Hosting;
using Payments.Messaging;
using Payments.Orchestrator.Paying;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("orchestrator");
builder.Services.AddTokenCipher(builder.Configuration);
builder.Services.AddPaying(builder.Configuration);
builder.Services.AddDurableMessaging(
    builder.Configuration,
    bus => bus.AddPaymentSaga(),
    (context, rabbit) => rabbit.PaymentSagaEndpoint(context));

var app = builder.Build();
return await app.RunService(args);
