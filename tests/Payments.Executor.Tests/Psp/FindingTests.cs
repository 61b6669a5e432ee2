using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp;

public sealed class FindingTests
{
    private static readonly DateTimeOffset LastTry = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(null, 60, false)]
    [InlineData(1, 60, true)]
    [InlineData(1, 20, true)]
    [InlineData(1, 19, false)]
    [InlineData(60, 60, false)]
    public void IsProof_WithoutIndexLag_NeedsASecondLookAfterTheCallLimit(int? firstLook, int look, bool isProof) =>
        Finding.Absent(TimeSpan.Zero)
            .IsProof(LastTry, firstLook is null ? null : LastTry.AddSeconds(firstLook.Value), LastTry.AddSeconds(look), CallLimit)
            .ShouldBe(isProof);

    [Theory]
    [InlineData(3619, false)]
    [InlineData(3620, true)]
    public void IsProof_BySearch_WaitsForTheIndexToo(int look, bool isProof) =>
        Finding.Absent(TimeSpan.FromHours(1))
            .IsProof(LastTry, LastTry.AddSeconds(1), LastTry.AddSeconds(look), CallLimit)
            .ShouldBe(isProof);

    [Fact]
    public void IsProof_OfAnythingButAbsence_IsFalse()
    {
        var longAfter = LastTry.AddDays(1);
        Finding.Unclear(Reasons.NoAnswer).IsProof(LastTry, LastTry, longAfter, CallLimit).ShouldBeFalse();
        Finding.Known(Outcome.InDoubt(Reasons.UnexpectedState)).IsProof(LastTry, LastTry, longAfter, CallLimit).ShouldBeFalse();
    }
}
