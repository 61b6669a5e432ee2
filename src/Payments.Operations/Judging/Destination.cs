using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;

namespace Payments.Operations.Judging;

/// <summary>Who consumes a queue.</summary>
internal enum Receiver
{
    /// <summary>Not ours: there is no inbox, and no business id to ask for.</summary>
    Foreign,

    /// <summary>An event of ours that no queue is bound to.</summary>
    Nobody,

    FrontDoor,
    Saga,
    Wallets,
    Ledger,

    /// <summary>What moves money forward.</summary>
    Executor,

    /// <summary>Undos and look-ups.</summary>
    ExecutorControl,

    Queries,
    Routing,
}

/// <summary>Where a letter would go.</summary>
/// <param name="Receiver">Who consumes it there.</param>
/// <param name="Queue">The queue; of an exchange that leads nowhere its name.</param>
internal sealed record Destination(Receiver Receiver, string Queue)
{
    private const string ExecutorPrefix = "executor-";
    private const string ControlSuffix = "-control";

    private static readonly string[] SagaTypes =
    [
        .. Topology.Bindings.Where(b => b.Queue == Routes.PaymentSaga).Select(b => b.Event),
        Routes.Event(typeof(StartPayment)), Routes.Event(typeof(RejectPayment)), Routes.Event(typeof(ResumePayment)),
        Routes.Event(typeof(PaymentDeadlineReached)),
    ];

    /// <summary>Settles deliveries with a row in its service's inbox; questions excepted, which are answered and forgotten.</summary>
    public bool HasInbox => Receiver is Receiver.Saga or Receiver.Wallets or Receiver.Ledger or Receiver.Executor
        or Receiver.ExecutorControl or Receiver.Routing;

    /// <summary>Whether what became of a message can be found out at all.</summary>
    public bool HasEvidence => HasInbox || Receiver == Receiver.FrontDoor;

    /// <summary>Of a letter, by where it failed.</summary>
    public static Destination Of(string endpoint, string reason) =>
        reason == LetterReason.Unrouted ? OfExchange(endpoint) : OfQueue(endpoint);

    /// <summary>Of a replay, by what it is published to.</summary>
    public static Destination Of(string name, bool isExchange) => isExchange ? OfExchange(name) : OfQueue(name);

    /// <summary>Whether the queue has a consumer for messages of that type.</summary>
    public bool Knows(string type) => Receiver switch
    {
        Receiver.FrontDoor => true,
        Receiver.Saga => SagaTypes.Contains(type),
        Receiver.Wallets => IsOneOf(type, typeof(CreditWallets), typeof(ReverseCredits), typeof(UpdateSeller)),
        Receiver.Ledger => IsOneOf(type, typeof(RecordJournal)),
        Receiver.Executor => IsOneOf(type, typeof(ChargeOrder), typeof(AuthorizeOrder), typeof(CaptureOrder), typeof(ContinueOrder)),
        Receiver.ExecutorControl => IsOneOf(type, typeof(VoidOrder), typeof(RefundOrder), typeof(ResolveOrder), typeof(ApplyWebhook)),
        Receiver.Queries => IsOneOf(type, typeof(GetPayment)),
        Receiver.Routing => IsOneOf(type, typeof(ExplainRoute), typeof(PspBreakerChanged)),
        Receiver.Foreign or Receiver.Nobody => false,
    };

    /// <summary>Whether a message of that type is a question there: it is answered and forgotten, and no inbox has it.</summary>
    public bool Asks(string? type) =>
        type is not null && Receiver is (Receiver.Queries or Receiver.Routing) && IsOneOf(type, typeof(GetPayment), typeof(ExplainRoute));

    private static bool IsOneOf(string type, params ReadOnlySpan<Type> known)
    {
        foreach (var one in known)
        {
            if (Routes.Event(one) == type)
                return true;
        }

        return false;
    }

    private static Destination OfQueue(string queue) => new(
        queue switch
        {
            Routes.FrontDoor => Receiver.FrontDoor,
            Routes.PaymentSaga => Receiver.Saga,
            Routes.Wallets => Receiver.Wallets,
            Routes.Ledger => Receiver.Ledger,
            Routes.Queries => Receiver.Queries,
            Routes.Routing => Receiver.Routing,
            _ when !queue.StartsWith(ExecutorPrefix, StringComparison.Ordinal) => Receiver.Foreign,
            _ => queue.EndsWith(ControlSuffix, StringComparison.Ordinal) ? Receiver.ExecutorControl : Receiver.Executor,
        },
        queue);

    /// <summary>A queue's exchange bears the queue's name; an event's leads to the queues that are bound to it.</summary>
    private static Destination OfExchange(string exchange)
    {
        if (Topology.Bindings.Where(b => b.Event == exchange).Select(b => b.Queue).FirstOrDefault() is { } bound)
            return OfQueue(bound);
        return Topology.EventExchanges.Contains(exchange) ? new Destination(Receiver.Nobody, exchange) : OfQueue(exchange);
    }
}
