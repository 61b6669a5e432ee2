using MassTransit;
using Microsoft.EntityFrameworkCore;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Operations.Views;

namespace Payments.Operations.Querying;

/// <summary>Where is this payment, what did it leave in the books, what do sellers have.</summary>
internal static class QueryingRegistration
{
    private const string OpsReader = "OpsReader";

    public static void AddQuerying(this WebApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.Required(OpsReader);
        builder.Services.AddPooledDbContextFactory<OpsContext>(options => Read(options, connectionString));
        builder.Services.AddPooledDbContextFactory<OpsByKeyContext>(
            options => Read(options, ServiceDefaults.ByKey(connectionString)));
        builder.Services.AddHealthChecks().AddCheck<OpsHealthCheck>("ops-views", tags: ["ready"]);
        builder.Services.AddSingleton<PaymentQuery>();
        builder.Services.AddSingleton<PaymentListQuery>();
        builder.Services.AddSingleton<BooksQuery>();
        builder.Services.AddSingleton<PspConnectionQuery>();
        builder.Services.Consumes(Routes.Queries);
    }

    public static void AddConsumers(IBusRegistrationConfigurator bus) => bus.AddConsumer<GetPaymentConsumer>();

    public static void Endpoints(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit) =>
        rabbit.Queue(context, Routes.Queries, endpoint => endpoint.ConfigureConsumer<GetPaymentConsumer>(context));

    public static void MapQuerying(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Query");
        group.MapGet("/payments", ListPaymentsEndpoint.Handle)
            .WithName("ListPayments").WithSummary("Lists payments, newest first.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/payments/{id}", ShowPaymentEndpoint.Handle)
            .WithName("GetPayment").WithSummary("Where is this payment?")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/payments/{id}/books", ShowBooksEndpoint.Handle)
            .WithName("GetPaymentBooks").WithSummary("What a payment left in wallets and ledger.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/sellers/{id}/balances", ShowBalancesEndpoint.Handle)
            .WithName("GetSellerBalances").WithSummary("What a seller has, and owes.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/psp-connections", ListPspConnectionsEndpoint.Handle)
            .WithName("ListPspConnections").WithSummary("How the accounts at PSPs are, as each executor sees them.");
    }

    private static void Read(DbContextOptionsBuilder options, string connectionString) => options
        .UseNpgsql(connectionString)
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
}
