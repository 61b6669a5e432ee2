using Payments.Hosting;
using Payments.Wallets;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("wallets");
builder.Services.AddWallets(builder.Configuration);
var app = builder.Build();
return await app.RunService(args);
