using System.Collections.Frozen;
using Payments.Contracts;

namespace Payments.Messaging;

/// <summary>Which queue hears which events, and which events may find nobody listening. The topology file is made from it.</summary>
public static class Topology
{
    private static readonly Type[] SagaEvents =
    [
        typeof(OrderAuthorized), typeof(OrderCaptured), typeof(OrderDeclined), typeof(OrderNotAttempted),
        typeof(OrderPending), typeof(OrderActionRequired), typeof(OrderInDoubt), typeof(CaptureRefused),
        typeof(OrderVoided), typeof(VoidRefused), typeof(OrderRefunded), typeof(RefundFailed),
        typeof(OperationAbandoned),
        typeof(WalletsCredited), typeof(CreditRejected), typeof(CreditsReversed),
        typeof(JournalRecorded), typeof(JournalRejected),
    ];

    /// <summary>For merchants' systems and later workers: nobody has to listen.</summary>
    private static readonly Type[] OptionalEvents =
    [
        typeof(PaymentRejected), typeof(PaymentRefused), typeof(PaymentDeduplicated),
        typeof(PaymentCompleted), typeof(PaymentPartiallyCompleted), typeof(PaymentFailed),
        typeof(PaymentParked), typeof(PaymentResumed), typeof(DebtOpened), typeof(DebtSettled),
        typeof(LateOutcomeObserved), typeof(SellerUpdated), typeof(PspBreakerChanged),
    ];

    private static readonly FrozenSet<string> OptionalExchanges = OptionalEvents.Select(Routes.Event).ToFrozenSet();

    /// <summary>Queues that workers consume, for the given accounts at PSPs.</summary>
    public static IEnumerable<string> WorkQueues(IEnumerable<string> connections) =>
    [
        Routes.FrontDoor, Routes.PaymentSaga, Routes.Wallets, Routes.Ledger, Routes.Queries, Routes.Routing,
        .. connections.SelectMany(c => new[] { Routes.Executor(c), Routes.ExecutorControl(c) }),
    ];

    /// <summary>Event exchange to queue exchange.</summary>
    public static IEnumerable<(string Event, string Queue)> Bindings =>
        SagaEvents.Select(e => (Routes.Event(e), Routes.PaymentSaga))
            .Prepend((Routes.Event(typeof(PaymentRequested)), Routes.FrontDoor))
            .Append((Routes.Event(typeof(PspBreakerChanged)), Routes.Routing));

    public static IEnumerable<string> EventExchanges => Bindings.Select(b => b.Event).Concat(OptionalExchanges.Order()).Distinct();

    /// <summary>Whether an event may be published without any queue bound to its exchange.</summary>
    internal static bool IsOptional(string exchange) => OptionalExchanges.Contains(exchange);
}
