namespace Payments.Messaging;

/// <summary>The names of queues and exchanges. A queue's exchange bears the queue's name.</summary>
public static class Routes
{
    /// <summary>The front door: raw <c>PaymentRequested</c>, from anybody.</summary>
    public const string FrontDoor = "payment-requested";

    /// <summary>The payment saga's commands, answers and deadlines.</summary>
    public const string PaymentSaga = "payment-saga";

    public const string Wallets = "wallets";

    public const string Ledger = "ledger";

    /// <summary>Requests that are answered at once and not kept.</summary>
    public const string Queries = "payment-queries";

    /// <summary>The health of connections, and questions about routes.</summary>
    public const string Routing = "payment-routing";

    /// <summary>What no queue wanted; drained by dead-letter triage.</summary>
    public const string Unrouted = "unrouted";

    /// <summary>The header of what is unrouted that names the exchange which led nowhere.</summary>
    public const string OriginalExchangeHeader = "x-original-exchange";

    /// <summary>What exceeded its delivery limit; drained by dead-letter triage.</summary>
    public const string DeadLetters = "dead-letters";

    /// <summary>Forward commands for one account at a PSP; stopped when that PSP is paused.</summary>
    public static string Executor(string connection) => $"executor-{connection}";

    /// <summary>Undos and look-ups for one account at a PSP; never paused.</summary>
    public static string ExecutorControl(string connection) => $"executor-{connection}-control";

    /// <summary>An event's exchange, named as MassTransit names it.</summary>
    public static string Event(Type type) => $"{type.Namespace}:{type.Name}";
}
