using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Payments.Messaging;
using Payments.Messaging.FaultWorker;
using Payments.Messaging.Tests.Toy;

// The toy consumer as a process of its own, on the queue that its first argument names. It stops when its input ends.
var queue = args[0];
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Database")!));
builder.Services.AddSingleton(new OwnerConnection(builder.Configuration.GetConnectionString("Owner")!));
builder.Services.AddLoader<ToyLoader, string, int>();
builder.Services.AddWriter<ToyWriter>();
builder.Services.AddHostedService<StopWithInput>();
builder.Services.AddDurableMessaging(
    builder.Configuration,
    bus => bus.AddConsumer<PersistingConsumer>(),
    (context, rabbit) => rabbit.Queue(context, queue, endpoint => endpoint.ConfigureConsumer<PersistingConsumer>(context)));
await builder.Build().RunAsync();
