using MassTransit;
using Payments.Ledger.Recording;
using Payments.Ledger.Remembering;
using Payments.Messaging;

namespace Payments.Ledger;

internal static class LedgerRegistration
{
    /// <summary>Writers run in the order of their registration: who is first under an operation id is settled first.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddDurableMessaging(
                configuration,
                bus => bus.AddConsumer<RecordJournalConsumer>(),
                (context, rabbit) => rabbit.Queue(
                    context, Routes.Ledger, endpoint => endpoint.ConfigureConsumer<RecordJournalConsumer>(context)))
            .Consumes(Routes.Ledger)
            .AddWriter<OperationWriter>()
            .AddWriter<JournalWriter>()
            .AddLoader<JournalLoader, JournalKey, JournalRows>();
}
