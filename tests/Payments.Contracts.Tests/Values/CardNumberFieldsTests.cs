using System.Text.Json;

namespace Payments.Contracts.Tests.Values;

public sealed class CardNumberFieldsTests
{
    [Theory]
    [InlineData("""{"metadata":{"note":"card 4111 1111 1111 1111"}}""", "metadata.note")]
    [InlineData("""{"orders":[{},{"description":"4111-1111-1111-1111"}]}""", "orders[1].description")]
    [InlineData("""{"paymentMethod":{"credentials":[{"token":"4111111111111111"}]}}""", "paymentMethod.credentials[0].token")]
    [InlineData("""{"extra":4111111111111111}""", "extra")]
    [InlineData("""{"extra":"\u0034111111111111111"}""", "extra")]
    [InlineData("""{"metadata":{"4111111111111111":"x"}}""", "metadata")]
    [InlineData("""{"metadata":{"orderId":"4111111111111111"}}""", "metadata.orderId")]
    [InlineData("""{"merchantId":{"note":"4111111111111111"}}""", "merchantId.note")]
    [InlineData("""["4111111111111111"]""", "[0]")]
    public void Find_CardNumber_GivesItsPath(string json, string path) => Find(json).ShouldBe([path]);

    [Theory]
    [InlineData("""{"paymentId":"4111111111111111","idempotencyKey":"4111111111111111","merchantId":"4111111111111111"}""")]
    [InlineData("""{"BuyerId":"4111111111111111","orders":[{"orderId":"4111111111111111","sellerId":"4111111111111111"}]}""")]
    [InlineData("""{"orders":[{"amount":{"amount":4111111111111111},"platformFee":{"amount":4111111111111111}}]}""")]
    [InlineData("""{"metadata":{"note":"4111111111111112","list":[null,true,12]}}""")]
    public void Find_IdKeyAmountOrNone_IsNothing(string json) => Find(json).ShouldBeEmpty();

    private static IReadOnlyList<string> Find(string json)
    {
        using var document = JsonDocument.Parse(json);
        return CardNumberFields.Find(document.RootElement);
    }
}
