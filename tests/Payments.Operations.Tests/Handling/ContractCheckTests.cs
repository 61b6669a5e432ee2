using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Operations.Handling.Editing;

namespace Payments.Operations.Tests.Handling;

public sealed class ContractCheckTests
{
    private static readonly Money Amount = new(700, Currency.Eur);
    private static readonly Ulid Id = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1K");

    private static readonly PaymentRequested Request = new()
    {
        PaymentId = Id,
        IdempotencyKey = "k1",
        MerchantId = "m1",
        PaymentMethod = new PaymentMethod
        {
            Type = "card",
            Country = "DE",
            Credentials = [new Credential { Psp = "stripe", Token = "tok_1", Reusable = true }],
        },
        FulfilmentPolicy = FulfilmentPolicy.BestEffort,
        Orders = [new OrderRequest { OrderId = "1", SellerId = "s", Amount = Amount, PlatformFee = Amount, Description = "x" }],
        Metadata = new Dictionary<string, string> { ["a.b"] = "c" },
        RequestedAt = DateTimeOffset.UnixEpoch,
    };

    public static TheoryData<object> Messages() =>
    [
        Request,
        Request with { Metadata = null, RequestedAt = null, PaymentMethod = Request.PaymentMethod with { Country = null } },
        new StartPayment { PaymentId = Id, Request = Request },
        new CreditWallets { PaymentId = Id, OperationId = "o", Atomic = true, NotAfter = DateTimeOffset.UnixEpoch, Lines = [new("1", "s", Amount)] },
        new RecordJournal { PaymentId = Id, OperationId = "o", Kind = JournalKind.Undo, Atomic = false, Lines = [new("1", "s", "stripe-a", Amount, Amount)] },
        new CreditsReversed { PaymentId = Id, OperationId = "o", Lines = [new("1", "s", Amount, Amount, Amount)] },
        new CreditRejected { PaymentId = Id, OperationId = "o", Credited = ["1"], Rejected = [new("2", "account_closed")] },
        new PaymentFailed { PaymentId = Id, MerchantId = "m", Reason = "r", Orders = [new("1", "Declined", null)] },
        new UpdateSeller { SellerId = "s", Currencies = ["EUR"], Closed = false },
        new ChargeOrder
        {
            PaymentId = Id, OrderId = "1", OperationId = "o", Connection = "stripe-a", Amount = Amount,
            Credential = Request.PaymentMethod.Credentials[0], NotAfter = DateTimeOffset.UnixEpoch,
        },
        new ResolveOrder { PaymentId = Id, OrderId = "1", OperationId = "o", Connection = "c", Amount = Amount, Forward = true, Look = 1 },
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Check_AMessageAsWeWriteIt_FindsNothing(object message)
    {
        var type = ContractCheck.ContractOf($"Payments.Contracts:{message.GetType().Name}");
        type.ShouldBe(message.GetType());

        Broken(JsonSerializer.Serialize(message, ContractJson.Options), type!).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"kind":"undo?"}""", "kind type")]
    [InlineData("""{"kind":1.5}""", "kind type")]
    [InlineData("""{"paymentId":"7"}""", "paymentId type")]
    [InlineData("""{"paymentId":null}""", "paymentId required")]
    [InlineData("""{"operationId":7}""", "operationId type")]
    [InlineData("""{"operationId":null}""", "operationId required")]
    [InlineData("""{"lines":[null]}""", "lines[0] type")]
    [InlineData("""{"lines":[{"orderId":null,"gross":null}]}""", "lines[0].orderId required", "lines[0].gross required", "lines[0].sellerId required", "lines[0].connection required", "lines[0].fee required")]
    [InlineData("""{"Atomic":true}""", "Atomic unknown")]
    public void Check_ABrokenMessage_NamesEveryRule(string members, params string[] rules)
    {
        var message = new RecordJournal { PaymentId = Id, OperationId = "o", Kind = JournalKind.Undo, Atomic = false, Lines = [] };
        var written = JsonNode.Parse(JsonSerializer.Serialize(message, ContractJson.Options))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            written[name] = value?.DeepClone();

        Broken(written.ToJsonString(), typeof(RecordJournal)).ShouldBe(rules);
    }

    private static IEnumerable<string> Broken(string json, Type type)
    {
        using var document = JsonDocument.Parse(json);
        var errors = new List<FieldError>();
        ContractCheck.Check(document.RootElement, type, errors);
        return errors.Select(e => $"{e.Field} {e.Rule}");
    }
}
