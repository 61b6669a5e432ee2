using Payments.Benchmark.Loading;
using Payments.Contracts;

namespace Payments.Benchmark.Tests;

public sealed class PaymentIdsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 4_294_967_295)]
    [InlineData(65_535, 123_456_789)]
    public void TryRead_OfWhatWasCreated_GivesItBack(ushort load, uint number)
    {
        var id = Ulid.Parse(PaymentIds.Create(TimeProvider.System, load, number).ToString());

        PaymentIds.TryRead(id, out var loadRead, out var numberRead).ShouldBeTrue();
        (loadRead, numberRead).ShouldBe((load, number));
    }

    [Fact]
    public void Create_HasTheTimeOfTheClock() =>
        (DateTimeOffset.UtcNow - PaymentIds.Create(TimeProvider.System, 1, 1).Timestamp)
            .ShouldBeInRange(TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(5));

    [Fact]
    public void TryRead_OfAnybodysId_IsFalse() => PaymentIds.TryRead(Ulid.NewUlid(), out _, out _).ShouldBeFalse();
}
