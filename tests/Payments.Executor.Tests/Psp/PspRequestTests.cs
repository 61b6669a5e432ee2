using System.Text;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp;

public sealed class PspRequestTests
{
    private static readonly PspRequest Request = new()
    {
        Method = "POST",
        Path = "v1/payment_intents?x=1",
        Headers = [new("Idempotency-Key", "k\u00e9y"), new("Stripe-Version", "2023-08-16")],
        ContentType = "application/x-www-form-urlencoded",
        Body = new byte[] { 0, 255, 10, 13, 34 },
    };

    [Fact]
    public void FromBytes_OfToBytes_GivesTheSameRequest()
    {
        var restored = PspRequest.FromBytes(Request.ToBytes());

        restored.Method.ShouldBe(Request.Method);
        restored.Path.ShouldBe(Request.Path);
        restored.Headers.ShouldBe(Request.Headers);
        restored.ContentType.ShouldBe(Request.ContentType);
        restored.Body.ToArray().ShouldBe(Request.Body.ToArray());
        restored.ToBytes().ShouldBe(Request.ToBytes());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"Version":2,"Method":"GET","Path":"p","Headers":[],"ContentType":null,"Body":""}""")]
    public void FromBytes_OfSomethingElse_IsAFormatException(string bytes) =>
        Should.Throw<FormatException>(() => PspRequest.FromBytes(Encoding.UTF8.GetBytes(bytes)));

    [Fact]
    public void ToString_OfARequest_HasNeitherBodyNorQueryNorKey() =>
        Request.ToString().ShouldBe("POST v1/payment_intents");

    [Fact]
    public void ToString_OfAnOperation_HasNoToken() =>
        PspHarness.Operation(PspStep.Sale, "pm_card_visa").ToString().ShouldNotContain("pm_");

    [Theory]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV/order-1/sale/1", 255, "01ARZ3NDEKTSV4RRFFQ69G5FAV/order-1/sale/1")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV", 38, "01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    public void Derive_OfAPlainId_IsTheId(string operationId, int maxLength, string key) =>
        IdempotencyKey.Derive(operationId, maxLength).ShouldBe(key);

    [Theory]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV/order-1/sale/1", 38, 38)]
    [InlineData("with a blank", 255, 64)]
    [InlineData("\u00e9", 45, 45)]
    public void Derive_OfAnIdThatDoesNotFit_IsAHashThatDoes(string operationId, int maxLength, int length)
    {
        var key = IdempotencyKey.Derive(operationId, maxLength);

        key.Length.ShouldBe(length);
        key.ShouldBe(IdempotencyKey.Derive(operationId, maxLength));
        key.ShouldNotBe(IdempotencyKey.Derive(operationId + "x", maxLength));
    }
}
