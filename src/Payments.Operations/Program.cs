using Payments.Hosting;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Collecting;
using Payments.Operations.Handling;
using Payments.Operations.Judging;
using Payments.Operations.Problems;
using Payments.Operations.Publishing;
using Payments.Operations.Querying;
using Payments.Operations.Ramping;
using Payments.Operations.Replaying;
using Payments.Operations.Resuming;
using Payments.Operations.Routing;
using Payments.Operations.Triaging;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("operations");
builder.AddHttpApi();
builder.AddAuditing();
builder.AddQuerying();
builder.AddPublishing();
builder.Services.AddDurableMessaging(
    builder.Configuration,
    bus =>
    {
        QueryingRegistration.AddConsumers(bus);
        RoutingRegistration.AddClients(bus);
    },
    QueryingRegistration.Endpoints);
builder.AddCollecting();
builder.AddTriaging();
builder.AddJudging();
builder.AddReplaying();
builder.AddRamping();
builder.AddHandling();

var app = builder.Build();
app.UseHttpApi();
app.MapAuditing();
app.MapQuerying();
app.MapPublishing();
app.MapResuming();
app.MapRouting();
app.MapTriaging();
app.MapJudging();
app.MapReplaying();
app.MapRamping();
app.MapHandling();
return await app.RunService(args);
