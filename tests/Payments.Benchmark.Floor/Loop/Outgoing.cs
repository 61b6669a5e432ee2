using System.Text.Json;
using RabbitMQ.Client;

namespace Payments.Benchmark.Floor.Loop;

/// <summary>One kind of message of the flow: its contract and the exchange that it is published to.</summary>
internal sealed class MessageKind
{
    private const string Contracts = "Payments.Contracts";

    private MessageKind(string type, string exchange, bool isMandatory)
    {
        Type = type;
        Exchange = exchange;
        CachedExchange = new CachedString(exchange);
        Urn = JsonEncodedText.Encode($"urn:message:{Contracts}:{type}");
        Destination = JsonEncodedText.Encode($"exchange:{exchange}");
        IsMandatory = isMandatory;
    }

    public static MessageKind StartPayment { get; } = Command("StartPayment", Queues.PaymentSaga);

    public static MessageKind ChargeOrder { get; } = Command("ChargeOrder", Queues.ExecutorStripeA);

    public static MessageKind OrderCaptured { get; } = Event("OrderCaptured");

    public static MessageKind CreditWallets { get; } = Command("CreditWallets", Queues.Wallets);

    public static MessageKind WalletsCredited { get; } = Event("WalletsCredited");

    public static MessageKind RecordJournal { get; } = Command("RecordJournal", Queues.Ledger);

    public static MessageKind JournalRecorded { get; } = Event("JournalRecorded");

    /// <summary>For whoever listens: the only one that may find no queue.</summary>
    public static MessageKind PaymentCompleted { get; } = Event("PaymentCompleted", isMandatory: false);

    private static Dictionary<string, MessageKind> ByType { get; } = new[]
    {
        StartPayment, ChargeOrder, OrderCaptured, CreditWallets, WalletsCredited, RecordJournal, JournalRecorded,
        PaymentCompleted,
    }.ToDictionary(kind => kind.Type);

    public string Type { get; }

    public string Exchange { get; }

    public CachedString CachedExchange { get; }

    /// <summary>MassTransit's name of the contract.</summary>
    public JsonEncodedText Urn { get; }

    public JsonEncodedText Destination { get; }

    public bool IsMandatory { get; }

    /// <summary>The kind of a message that was remembered.</summary>
    public static MessageKind Of(string exchange, string type) =>
        ByType.TryGetValue(type, out var kind) && kind.Exchange == exchange
            ? kind
            : throw new NotOfTheFlowException($"A {type} to {exchange} was remembered.");

    private static MessageKind Command(string type, string queue) => new(type, queue, isMandatory: true);

    private static MessageKind Event(string type, bool isMandatory = true) =>
        new(type, $"{Contracts}:{type}", isMandatory);
}

/// <summary>The queues of the flow. A queue's exchange bears the queue's name.</summary>
internal static class Queues
{
    public const string FrontDoor = "payment-requested";
    public const string PaymentSaga = "payment-saga";
    public const string ExecutorStripeA = "executor-stripe-a";
    public const string ExecutorStripeB = "executor-stripe-b";
    public const string Wallets = "wallets";
    public const string Ledger = "ledger";
}

/// <summary>A message to publish, as its bytes: stored beside the inbox row, and said again as it is.</summary>
internal readonly record struct Outgoing(Guid Id, MessageKind Kind, byte[] Body);
