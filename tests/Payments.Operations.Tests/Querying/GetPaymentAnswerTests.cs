using System.Text.Json;
using MassTransit.Serialization;
using Payments.Contracts;

namespace Payments.Operations.Tests.Querying;

public sealed class GetPaymentAnswerTests
{
    [Fact]
    public void PaymentDetails_ThroughMassTransitsSerializer_ReadBackTheSame()
    {
        var at = DateTimeOffset.Parse("2026-01-31T13:00:00.125Z");
        var details = new PaymentDetails
        {
            PaymentId = Ulid.NewUlid(),
            Alias = Ulid.NewUlid(),
            State = "Parked",
            Amount = new Money(1999, Currency.Kwd),
            FulfilmentPolicy = FulfilmentPolicy.BestEffort,
            WaitsUntil = at,
            AcceptedAt = at,
            UpdatedAt = at,
            Errors = [new FieldError("orders[0].amount", "required", "It is required.")],
            Orders =
            [
                new OrderDetails
                {
                    OrderId = "o1",
                    SellerId = "s1",
                    Amount = new Money(1999, Currency.Kwd),
                    PlatformFee = Money.Zero(Currency.Kwd),
                    Status = "RefundDebt",
                },
            ],
            History =
            [
                new HistoryEntry
                {
                    Sequence = 0, From = "Initial", Event = "StartPayment", To = "Capturing", At = at,
                    MessageId = Ulid.NewUlid(), Sent = ["ChargeOrder"],
                },
            ],
        };

        var wire = JsonSerializer.Serialize(details, SystemTextJsonMessageSerializer.Options);
        var read = JsonSerializer.Deserialize<PaymentDetails>(wire, SystemTextJsonMessageSerializer.Options);

        JsonSerializer.Serialize(read, ContractJson.Options)
            .ShouldBe(JsonSerializer.Serialize(details, ContractJson.Options));
    }
}
