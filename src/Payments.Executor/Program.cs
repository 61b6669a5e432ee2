using Payments.Executor.Executing;
using Payments.Executor.Hearing;
using Payments.Hosting;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("executor");
builder.Services.AddExecuting(builder.Configuration);

var app = builder.Build();
app.MapWebhooks();
return await app.RunService(args);
