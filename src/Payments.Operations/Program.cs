using Payments.Hosting;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;
using Payments.Operations.Publishing;
using Payments.Operations.Querying;
using Payments.Operations.Resuming;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("operations");
builder.AddHttpApi();
builder.AddAuditing();
builder.AddQuerying();
builder.AddPublishing();
builder.Services.AddDurableMessaging(
    builder.Configuration, QueryingRegistration.AddConsumers, QueryingRegistration.Endpoints);

var app = builder.Build();
app.UseHttpApi();
app.MapQuerying();
app.MapPublishing();
app.MapResuming();
return await app.RunService(args);
