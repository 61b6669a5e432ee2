using Payments.Executor.Executing;
using Payments.Hosting;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("executor");
builder.Services.AddExecuting(builder.Configuration);

var app = builder.Build();
return await app.RunService(args);
