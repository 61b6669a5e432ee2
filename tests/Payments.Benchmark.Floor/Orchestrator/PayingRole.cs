using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Storing;
using Payments.Benchmark.Floor.Wire;
using Payments.Contracts;
using Money = Payments.Benchmark.Floor.Wire.Money;

namespace Payments.Benchmark.Floor.Orchestrator;

/// <summary>A <c>StartPayment</c>, or the answer that a payment waits for.</summary>
internal sealed class PayingDelivery : Delivery
{
    public required MessageKind Kind { get; init; }

    public PaymentId PaymentId { get; set; }

    /// <summary>Of an answer.</summary>
    public string? OperationId { get; set; }

    /// <summary>Of <c>OrderCaptured</c>.</summary>
    public string? OrderId { get; set; }

    /// <summary>Of <c>OrderCaptured</c>.</summary>
    public string? PspReference { get; set; }

    /// <summary>Of <c>StartPayment</c>.</summary>
    public PaymentRequest? Request { get; set; }

    /// <summary>Of <c>StartPayment</c>: the payment method as JSON.</summary>
    public string? MethodJson { get; set; }
}

/// <summary>
/// The saga by hand: Initial, Capturing, Crediting, Recording, Completed. The payments of a batch are loaded with one
/// query; the history's primary key (payment, version) guards against a payment that has moved on since.
/// </summary>
internal sealed class PayingRole : IRole<PayingDelivery>
{
    private const string Stripe = "stripe";
    private const string Connection = "stripe-a";
    private const string Reserve = "stripe-b";

    private static readonly TimeSpan NotAfter = TimeSpan.FromMinutes(10);

    private readonly EnvelopeWriter _envelope = new();
    private readonly NpgsqlConnection _connection;
    private readonly PaymentLoad _load;
    private readonly PaymentStatements _statements;

    private PayingRole(NpgsqlConnection connection)
    {
        _connection = connection;
        _load = new PaymentLoad(connection);
        _statements = new PaymentStatements(connection);
    }

    public IReadOnlyList<string> Queues { get; } = [Loop.Queues.PaymentSaga];

    public static async Task<PayingRole> Open(Settings settings)
    {
        var role = new PayingRole(await Database.Open(settings.Database));
        await role._load.Prepare();
        await role._statements.Prepare();
        return role;
    }

    public PayingDelivery Read(string queue, ReadOnlySpan<byte> body)
    {
        var envelope = new Envelope { Queue = queue };
        var reader = new Utf8JsonReader(body);
        var kind = reader.ReadEnvelope(
            envelope, MessageKind.StartPayment, MessageKind.OrderCaptured, MessageKind.WalletsCredited, MessageKind.JournalRecorded);
        var delivery = new PayingDelivery
        {
            Queue = queue,
            Kind = kind,
            MessageId = envelope.MessageId,
            ConversationId = envelope.ConversationId,
        };
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("paymentId"u8))
                delivery.PaymentId = reader.NextPaymentId();
            else if (reader.ValueTextEquals("operationId"u8))
                delivery.OperationId = reader.NextText();
            else if (reader.ValueTextEquals("orderId"u8))
                delivery.OrderId = reader.NextText();
            else if (reader.ValueTextEquals("pspReference"u8))
                delivery.PspReference = reader.NextText();
            else if (reader.ValueTextEquals("request"u8))
                ReadRequest(ref reader, delivery, body);
            else
                reader.SkipValue();
        }

        return delivery;
    }

    public async Task Commit(IReadOnlyList<PayingDelivery> batch)
    {
        var payments = await _load.Load(batch);
        _statements.Clear();
        foreach (var delivery in batch)
        {
            if (delivery.Kind == MessageKind.StartPayment)
                Start(delivery, payments.Now);
            else
                GoOn(delivery, payments.Find(delivery.PaymentId));
        }

        await _statements.Execute(batch.Count);
    }

    public Task<bool> Recall(PayingDelivery delivery) => Inbox.Recall(_connection, delivery);

    private static void ReadRequest(ref Utf8JsonReader reader, PayingDelivery delivery, ReadOnlySpan<byte> body)
    {
        var request = new PaymentRequest();
        reader.Read();
        while (reader.NextMember())
        {
            if (!request.Take(ref reader))
                reader.SkipValue();
        }

        delivery.Request = request;
        delivery.MethodJson = Encoding.UTF8.GetString(body[request.MethodBytes]);
    }

    private void Start(PayingDelivery delivery, DateTimeOffset now)
    {
        var request = delivery.Request!;
        var commandId = Ulid.NewUlid().ToGuid();
        var operationId = $"{request.PaymentId.Text}/{request.OrderId}/charge/1";
        var notAfter = now + NotAfter;
        var credential = request.Credentials.Find(c => c.Psp == Stripe);
        if (credential.Token is null)
            throw new NotOfTheFlowException($"{request.PaymentId.Text} has no credential for {Stripe}.");
        if (request.Amount.Currency != "EUR" || request.Credentials.Count > 1)
            throw new NotOfTheFlowException($"{request.PaymentId.Text} could be routed otherwise.");

        var json = _envelope.Begin(MessageKind.ChargeOrder, commandId, delivery);
        json.WriteString("paymentId"u8, request.PaymentId.Text);
        json.WriteString("orderId"u8, request.OrderId);
        json.WriteString("operationId"u8, operationId);
        json.WriteString("connection"u8, Connection);
        json.WriteMoney("amount"u8, request.Amount);
        json.WriteStartObject("credential"u8);
        json.WriteString("psp"u8, credential.Psp);
        json.WriteString("token"u8, credential.Token);
        json.WriteBoolean("reusable"u8, credential.Reusable);
        json.WriteEndObject();
        json.WriteOptional("description"u8, request.Description);
        json.WriteBoolean("routeLeft"u8, true);
        json.WriteString("notAfter"u8, notAfter);
        delivery.Answer = _envelope.End();
        _statements.Start(
            delivery, request, Connection, operationId, commandId, notAfter, EvidenceOfStart(request.OrderId, operationId));
    }

    /// <summary>The approved sale is a straight line: each state waits for one answer, to the operation that it sent.</summary>
    private void GoOn(PayingDelivery delivery, Payment payment)
    {
        var step = (payment.State, delivery.Kind.Type) switch
        {
            ("Capturing", "OrderCaptured") when delivery.OperationId == payment.ChargeOperationId => Credit(delivery, payment),
            ("Crediting", "WalletsCredited") when delivery.OperationId == payment.StepOperationId => Record(delivery, payment),
            ("Recording", "JournalRecorded") when delivery.OperationId == payment.StepOperationId => Complete(delivery, payment),
            _ => throw new OutOfStepException(
                $"{delivery.PaymentId.Text} is {payment.State} and got {delivery.Kind.Type} of {delivery.OperationId}."),
        };
        delivery.Answer = _envelope.End();
        _statements.GoOn(delivery, payment, step, EvidenceOf(delivery));
    }

    /// <summary>The choice that the product's routing table leads to as it is delivered, and what was sent.</summary>
    private static string EvidenceOfStart(string orderId, string operationId)
    {
        var order = JsonText.Of(orderId);
        return $$"""
            {"operations":[{"command":"ChargeOrder","orderId":{{order}},"operationId":{{JsonText.Of(operationId)}},"connection":"{{Connection}}"}],
            "routes":[{"orderId":{{order}},"cause":"first_choice","connection":"{{Connection}}",
            "rule":"rule 1 (currency EUR, any country, any method)","candidates":[
            {"connection":"{{Connection}}","psp":"{{Stripe}}","share":1,"standing":"chosen","unhealthy":false},
            {"connection":"{{Reserve}}","psp":"{{Stripe}}","share":0,"standing":"in_reserve","unhealthy":false},
            {"connection":"adyen-a","psp":"adyen","share":1,"standing":"no_credential","unhealthy":false},
            {"connection":"braintree-a","psp":"braintree","share":1,"standing":"no_credential","unhealthy":false},
            {"connection":"paypal-a","psp":"paypal","share":1,"standing":"no_credential","unhealthy":false},
            {"connection":"square-a","psp":"square","share":1,"standing":"no_credential","unhealthy":false}]}]}
            """;
    }

    /// <summary>Of the PSP's answer; the answers of wallets and ledger prove nothing beyond their names.</summary>
    private static string? EvidenceOf(PayingDelivery delivery) =>
        delivery.PspReference is { } reference
            ? $$"""{"operationId":{{JsonText.Of(delivery.OperationId!)}},"pspReference":{{JsonText.Of(reference)}}}"""
            : null;

    private Step Credit(PayingDelivery delivery, Payment payment)
    {
        var operationId = $"{delivery.PaymentId.Text}/credit/{payment.Batch + 1}";
        var json = BeginBatch(MessageKind.CreditWallets, delivery, operationId);
        json.WriteBoolean("atomic"u8, payment.IsAtomic);
        BeginLine(json, payment);
        json.WriteMoney("amount"u8, new Money(payment.Gross.Amount - payment.FeeMinor, payment.Gross.Currency));
        EndLine(json);
        return new Step("Crediting", "Crediting", payment.Batch + 1, operationId, "the wallets to credit the sellers");
    }

    private Step Record(PayingDelivery delivery, Payment payment)
    {
        var operationId = $"{delivery.PaymentId.Text}/journal-capture/{payment.Batch + 1}";
        var json = BeginBatch(MessageKind.RecordJournal, delivery, operationId);
        json.WriteString("kind"u8, "Capture"u8);
        json.WriteBoolean("atomic"u8, payment.IsAtomic);
        BeginLine(json, payment);
        json.WriteString("connection"u8, payment.Connection);
        json.WriteMoney("gross"u8, payment.Gross);
        json.WriteMoney("fee"u8, new Money(payment.FeeMinor, payment.Gross.Currency));
        EndLine(json);
        return new Step("Recording", "Recording", payment.Batch + 1, operationId, "the ledger to record the captures");
    }

    private Step Complete(PayingDelivery delivery, Payment payment)
    {
        var json = _envelope.Begin(MessageKind.PaymentCompleted, delivery);
        json.WriteString("paymentId"u8, delivery.PaymentId.Text);
        json.WriteString("merchantId"u8, payment.MerchantId);
        json.WriteMoney("amount"u8, payment.Gross);
        return new Step("Completed", "Recorded", payment.Batch, null, null);
    }

    private Utf8JsonWriter BeginBatch(MessageKind kind, PayingDelivery delivery, string operationId)
    {
        var json = _envelope.Begin(kind, delivery);
        json.WriteString("paymentId"u8, delivery.PaymentId.Text);
        json.WriteString("operationId"u8, operationId);
        return json;
    }

    private static void BeginLine(Utf8JsonWriter json, Payment payment)
    {
        json.WriteStartArray("lines"u8);
        json.WriteStartObject();
        json.WriteString("orderId"u8, payment.OrderId);
        json.WriteString("sellerId"u8, payment.SellerId);
    }

    private static void EndLine(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private sealed class Envelope : Delivery;
}
