using System.Text;

namespace Payments.Contracts.Tests.Values;

public sealed class CardNumberMaskingTests
{
    private const string Card = "4242424242424242";

    [Theory]
    [InlineData($"{{\"text\":\"{Card}\"}}", "{\"text\":\"****************\"}", 1)]
    [InlineData($"{{\"orderId\":\"{Card}\",\"SELLERID\":\"{Card}\",\"amount\":{{\"amount\":{Card}}}}}", null, 0)]
    [InlineData($"{{\"message\":{{\"orders\":[{{\"orderId\":\"{Card}\",\"note\":{Card}}}]}}}}", "{\"message\":{\"orders\":[{\"orderId\":\"4242424242424242\",\"note\":****************}]}}", 1)]
    [InlineData($"{{\"{Card}\":1}}", "{\"****************\":1}", 1)]
    [InlineData("{\"text\":\"\\u0034242424242424242 \\n\"}", "{\"text\":\"\\u002a*************** \\n\"}", 1)]
    [InlineData($"{{\"orderId\":{{\"inner\":\"{Card}\"}}}}", "{\"orderId\":{\"inner\":\"****************\"}}", 1)]
    [InlineData($"{{\"orderId\":\"{Card}\"", "{\"orderId\":\"****************\"", 1)]
    [InlineData($"paid with {Card} today", "paid with **************** today", 1)]
    [InlineData("{\"text\":\"nothing\"}", null, 0)]
    [InlineData("", null, 0)]
    public void Mask_Message_LeavesEverythingElse(string message, string? masked, int count)
    {
        var bytes = Encoding.UTF8.GetBytes(message);

        CardNumberMasking.Mask(bytes).ShouldBe(count);

        Encoding.UTF8.GetString(bytes).ShouldBe(masked ?? message);
    }

    [Fact]
    public void Mask_TextThatIsNoUnicode_IsMaskedAllTheSame()
    {
        byte[] message = [.. "{\"text\":\""u8, 0xFF, (byte)' ', .. Encoding.UTF8.GetBytes(Card), .. "\"}"u8];

        CardNumberMasking.Mask(message).ShouldBe(1);

        Encoding.Latin1.GetString(message).ShouldEndWith(" ****************\"}");
    }
}
