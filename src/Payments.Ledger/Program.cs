using Payments.Hosting;
using Payments.Ledger;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("ledger");
builder.Services.AddLedger(builder.Configuration);
var app = builder.Build();
return await app.RunService(args);
