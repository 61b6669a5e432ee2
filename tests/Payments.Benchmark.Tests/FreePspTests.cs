using Payments.Benchmark.Psp;

namespace Payments.Benchmark.Tests;

public sealed class FreePspTests
{
    [Fact]
    public void TryParse_OfAnIntentsId_TellsAllThereIsToKnow()
    {
        var intent = new PspIntent("01JD000000000000000000000A", "order-1", "eur", 10_000);

        PspIntent.TryParse(intent.Id).ShouldBe(intent);
    }

    [Theory]
    [InlineData("pi_3Abc")]
    [InlineData("re_a.b.eur.1")]
    [InlineData("pi_a.b.eur.x")]
    public void TryParse_OfAnotherId_IsNull(string id) => PspIntent.TryParse(id).ShouldBeNull();

    [Fact]
    public void Fields_AreDecoded()
    {
        var fields = new StripeFields("metadata%5Border_id%5D=a%2Fb&metadata[payment_id]=p%26q&empty=");

        fields["metadata[order_id]"].ShouldBe("a/b");
        fields["metadata[payment_id]"].ShouldBe("p&q");
        fields["empty"].ShouldBe("");
        fields["absent"].ShouldBe("");
    }
}
