using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Tests;

public sealed class ConfirmCounterTests
{
    private readonly ConfirmCounter _confirms = new();

    [Fact]
    public void Confirm_OutOfOrder_WaitsForTheGap()
    {
        _confirms.Confirm(2, multiple: false);
        _confirms.Confirm(3, multiple: false);
        _confirms.AllUpTo.ShouldBe(0UL);

        _confirms.Confirm(1, multiple: false);

        _confirms.AllUpTo.ShouldBe(3UL);
    }

    [Fact]
    public void Confirm_Multiple_TakesAllBefore_AndWhatCameAhead()
    {
        _confirms.Confirm(2, multiple: false);
        _confirms.Confirm(5, multiple: false);

        _confirms.Confirm(4, multiple: true);

        _confirms.AllUpTo.ShouldBe(5UL);
    }

    [Fact]
    public void Confirm_OfWhatIsConfirmedAlready_ChangesNothing()
    {
        _confirms.Confirm(4, multiple: true);

        _confirms.Confirm(2, multiple: false);
        _confirms.Confirm(3, multiple: true);

        _confirms.AllUpTo.ShouldBe(4UL);
    }

    [Fact]
    public async Task Reach_CompletesWithTheLastMissingConfirm()
    {
        var reached = _confirms.Reach(2);
        _confirms.Confirm(2, multiple: false);
        reached.IsCompleted.ShouldBeFalse();

        _confirms.Confirm(1, multiple: false);

        await reached.WaitAsync(TimeSpan.FromSeconds(5));
    }
}
