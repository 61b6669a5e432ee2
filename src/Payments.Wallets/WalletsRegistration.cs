using MassTransit;
using Payments.Messaging;
using Payments.Wallets.Accounting;
using Payments.Wallets.Admitting;
using Payments.Wallets.Crediting;
using Payments.Wallets.Remembering;
using Payments.Wallets.Reversing;

namespace Payments.Wallets;

internal static class WalletsRegistration
{
    /// <summary>Writers run in the order of their registration: who is first under an operation id is settled first.</summary>
    public static IServiceCollection AddWallets(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddDurableMessaging(
                configuration,
                bus =>
                {
                    bus.AddConsumer<CreditWalletsConsumer>();
                    bus.AddConsumer<ReverseCreditsConsumer>();
                    bus.AddConsumer<UpdateSellerConsumer>();
                },
                (context, rabbit) => rabbit.Queue(context, Routes.Wallets, endpoint =>
                {
                    endpoint.ConfigureConsumer<CreditWalletsConsumer>(context);
                    endpoint.ConfigureConsumer<ReverseCreditsConsumer>(context);
                    endpoint.ConfigureConsumer<UpdateSellerConsumer>(context);
                }))
            .Consumes(Routes.Wallets)
            .AddWriter<OperationWriter>()
            .AddWriter<EntryWriter>()
            .AddWriter<LotWriter>()
            .AddWriter<LotReversalWriter>()
            .AddWriter<SellerWriter>()
            .AddLoader<CreditLoader, CreditKey, CreditRows>()
            .AddLoader<ReversalLoader, ReversalKey, ReversalRows>();
}
