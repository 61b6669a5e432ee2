using Payments.Testing;

namespace Payments.Contracts.Testing;

public sealed class EventuallyTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(1);

    private int _reads;

    [Fact]
    public async Task Async_ConditionComesTrue_Returns()
    {
        await Eventually.Async("the third look", Ample, () => ++_reads == 3);

        _reads.ShouldBe(3);
    }

    [Fact]
    public async Task Async_ValueArrives_ReturnsIt() =>
        (await Eventually.Async("five", Ample, () => Task.FromResult(++_reads), value => value == 5)).ShouldBe(5);

    [Fact]
    public async Task Async_DeadlinePasses_SaysWhatAndTheLastValue()
    {
        var error = await Should.ThrowAsync<EventuallyException>(() => Eventually.Async(
            "the payment to be Completed",
            TimeSpan.Zero,
            () => Task.FromResult<string[]>(["Authorizing", "Capturing"]),
            _ => false));

        error.Message.ShouldBe(
            "Waited in vain for the payment to be Completed, 0 s. Last seen: [Authorizing, Capturing]");
    }

    [Fact]
    public async Task Async_ReadNeverReturns_IsGivenUp()
    {
        var never = new TaskCompletionSource<int>();

        var error = await Should.ThrowAsync<EventuallyException>(() =>
            Eventually.Async("an answer", TimeSpan.FromMilliseconds(1), () => never.Task, _ => true));

        error.Message.ShouldEndWith("Last seen: nothing: the first read did not return");
    }

    [Fact]
    public async Task Async_ReadFails_Escapes()
    {
        await Should.ThrowAsync<IOException>(() => Eventually.Async("a file", Ample, Fail));

        _reads.ShouldBe(1);
    }

    [Fact]
    public async Task Async_ReadFailsAsForeseen_IsTriedAgain()
    {
        await Eventually.Async("a file", Ample, () => _reads == 3 || Fail(), error => error is IOException);

        _reads.ShouldBe(3);
    }

    [Fact]
    public async Task Async_ForeseenFailureUntilTheDeadline_IsTheInnerException()
    {
        var error = await Should.ThrowAsync<EventuallyException>(() =>
            Eventually.Async("a file", TimeSpan.Zero, Fail, error => error is IOException));

        error.InnerException.ShouldBeOfType<IOException>();
        error.Message.ShouldEndWith("Last seen: IOException: not there");
    }

    [Fact]
    public async Task Async_Cancelled_StopsAsCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            Eventually.Async("nothing", Ample, () => false, cancellationToken: cancelled.Token));
    }

    private bool Fail()
    {
        _reads++;
        throw new IOException("not there");
    }
}
