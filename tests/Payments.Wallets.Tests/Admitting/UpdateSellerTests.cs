using System.Text.Json;
using Payments.Contracts;

namespace Payments.Wallets.Admitting;

public sealed class UpdateSellerTests
{
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "EUR,USD")]
    [InlineData(false, "")]
    public void Decide_Setting_IsKeptAndSaid(bool closed, string? currencies)
    {
        var codes = currencies?.Split(',', StringSplitOptions.RemoveEmptyEntries);

        var effects = UpdateSellerConsumer.Decide(
            new UpdateSeller { SellerId = "alice", Closed = closed, Currencies = codes });

        var seller = effects.Writes.ShouldHaveSingleItem().ShouldBeOfType<Seller>();
        (seller.SellerId, seller.Closed).ShouldBe(("alice", closed));
        seller.Currencies.ShouldBe(codes);
        JsonSerializer.Serialize(effects.Messages.ShouldHaveSingleItem().Message).ShouldBe(
            JsonSerializer.Serialize(new SellerUpdated { SellerId = "alice", Closed = closed, Currencies = codes }));
    }

    [Fact]
    public void Decide_UnknownCurrency_Throws() => Should.Throw<FormatException>(
        () => UpdateSellerConsumer.Decide(new UpdateSeller { SellerId = "alice", Closed = false, Currencies = ["EUX"] }));

    [Fact]
    public void Decide_GateKey_IsTheSellers()
    {
        Guid Key(string seller) =>
            UpdateSellerConsumer.Decide(new UpdateSeller { SellerId = seller, Closed = false }).GateKey;

        Key("alice").ShouldBe(Key("alice"));
        Key("alice").ShouldNotBe(Key("bob"));
    }
}
