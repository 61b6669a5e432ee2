using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp;

/// <summary>The breakers on a clock moved by hand, and the slots.</summary>
public sealed class PspGuardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly PspBreakerOptions Breaker = new() { MinimumTries = 4 };

    private readonly ShiftedTime _time = new();
    private readonly List<BreakerChange> _changes = [];
    private readonly PspGuard _guard;

    public PspGuardTests() => _guard = Guard(new PspLimits(100, 10_000, 10_000));

    public void Dispose() => _guard.Dispose();

    [Fact]
    public async Task Send_WhileThePspIsIll_StopsThenProbesThenGoesOn()
    {
        await Break();
        var behind = await Send(PspStep.Sale, Status(200));
        _time.Shift = TimeSpan.FromSeconds(11);
        SaleBreaker.WantsProbe.ShouldBeTrue();
        var probe = await Send(PspStep.Sale, Status(200));
        var after = await Send(PspStep.Sale, Status(200));

        (behind.Failure!.Kind, behind.Failure.Reason).ShouldBe((OutcomeKind.NotAttempted, Reasons.BreakerOpen));
        (probe.Response!.Status, after.Response!.Status).ShouldBe((200, 200));
        _changes.Select(c => (c.Step, c.State)).ShouldBe(
            [(PspStep.Sale, BreakerState.Open), (PspStep.Sale, BreakerState.HalfOpen), (PspStep.Sale, BreakerState.Closed)]);
        SaleBreaker.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task Send_AProbeThatFails_OpensAgain()
    {
        await Break();
        _time.Shift = TimeSpan.FromSeconds(11);
        await Send(PspStep.Sale, Status(500));

        (await Send(PspStep.Sale, Status(200))).Failure!.Reason.ShouldBe(Reasons.BreakerOpen);
        SaleBreaker.WantsProbe.ShouldBeFalse();
        _changes.Select(c => c.State).ShouldBe([BreakerState.Open, BreakerState.HalfOpen, BreakerState.Open]);
    }

    [Fact]
    public async Task Send_ASecondCallWhileOneProbes_WaitsForTheProbe()
    {
        await Break();
        _time.Shift = TimeSpan.FromSeconds(11);
        var answer = new TaskCompletionSource<Exchange>();
        var probe = _guard.Send(PspStep.Sale, Patience, () => answer.Task, CancellationToken.None);

        (await Send(PspStep.Sale, Status(200))).Failure!.Reason.ShouldBe(Reasons.BreakerOpen);
        WaitingOperations.Most(SaleBreaker, 200).ShouldBe(0);
        answer.SetResult(Status(200));
        (await probe).Response.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(429)]
    public async Task Send_AnswersOfAPspThatIsWell_NeverOpen(int status)
    {
        for (var i = 0; i < 20; i++)
            (await Send(PspStep.Sale, Status(status))).Response.ShouldNotBeNull();

        _changes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Reasons.ConnectTimeout)]
    [InlineData(Reasons.ConnectionRefused)]
    [InlineData(Reasons.NoAnswer)]
    [InlineData(Reasons.ConnectionLost)]
    public async Task Send_WithoutAnAnswer_Opens(string reason)
    {
        for (var i = 0; i < 4; i++)
            await Send(PspStep.Sale, new Exchange(null, Outcome.InDoubt(reason)));

        SaleBreaker.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public async Task Send_BehindAnotherStepsBreaker_GoesThrough()
    {
        await Break();

        (await Send(PspStep.Capture, Status(200))).Response.ShouldNotBeNull();
    }

    [Fact]
    public async Task Send_AnUndoBehindEveryOpenBreaker_GoesThrough()
    {
        foreach (var step in (PspStep[])[PspStep.Sale, PspStep.Authorize, PspStep.Capture])
            await Break(step);

        (await Send(null, Status(200))).Response.ShouldNotBeNull();
    }

    [Fact]
    public async Task Send_IntoAFullBulkhead_IsNotSent()
    {
        using var guard = Guard(new PspLimits(1, 10_000, 10_000));
        var answer = new TaskCompletionSource<Exchange>();
        var first = guard.Send(PspStep.Sale, Patience, () => answer.Task, CancellationToken.None);
        guard.InFlight.ShouldBe(1);

        var second = await guard.Send(
            PspStep.Sale, TimeSpan.Zero, () => throw new InvalidOperationException("sent"), CancellationToken.None);
        var undo = await guard.Send(null, TimeSpan.Zero, () => Task.FromResult(Status(200)), CancellationToken.None);
        var third = guard.Send(PspStep.Sale, Patience, () => Task.FromResult(Status(200)), CancellationToken.None);
        answer.SetResult(Status(200));

        (second.Failure!.Kind, second.Failure.Reason).ShouldBe((OutcomeKind.NotAttempted, Reasons.NoSlot));
        undo.Response.ShouldNotBeNull("undos do not queue behind sales");
        (await first).Response.ShouldNotBeNull();
        (await third).Response.ShouldNotBeNull("a slot that is given back is taken");
        guard.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task Send_FasterThanTheRate_IsNotSent()
    {
        using var guard = Guard(new PspLimits(100, 1, 1));

        var first = await guard.Send(PspStep.Sale, TimeSpan.Zero, () => Task.FromResult(Status(200)), CancellationToken.None);
        var second = await guard.Send(PspStep.Sale, TimeSpan.Zero, () => Task.FromResult(Status(200)), CancellationToken.None);

        first.Response.ShouldNotBeNull();
        second.Failure!.Reason.ShouldBe(Reasons.NoSlot);
        guard.Recent.Read()[Reasons.NoSlot].ShouldBe(1);
    }

    [Fact]
    public async Task Most_ByTheBreaker_IsAllOneOrNone()
    {
        var closed = WaitingOperations.Most(SaleBreaker, 200);
        await Break();
        var open = WaitingOperations.Most(SaleBreaker, 200);
        _time.Shift = TimeSpan.FromSeconds(11);

        (closed, open, WaitingOperations.Most(SaleBreaker, 200)).ShouldBe((200, 0, 1));
    }

    [Fact]
    public void Recent_AfterFiveMinutes_IsForgotten()
    {
        var recent = new RecentOutcomes(_time);
        recent.Count("approved");
        recent.Count("approved");
        _time.Shift = TimeSpan.FromMinutes(RecentOutcomes.Minutes - 1);
        recent.Count("declined");
        var before = recent.Read();
        _time.Shift = TimeSpan.FromMinutes(RecentOutcomes.Minutes);

        before.ShouldBe(new Dictionary<string, int> { ["approved"] = 2, ["declined"] = 1 });
        recent.Read().ShouldBe(new Dictionary<string, int> { ["declined"] = 1 });
    }

    private PspBreaker SaleBreaker => _guard.Breakers.Single(b => b.Step == PspStep.Sale).Breaker;

    private PspGuard Guard(PspLimits limits) => new("stripe-a", limits, Breaker, _time, _changes.Add);

    private async Task Break(PspStep step = PspStep.Sale)
    {
        for (var i = 0; i < Breaker.MinimumTries; i++)
            await Send(step, Status(503));
        _guard.Breakers.Single(b => b.Step == step).Breaker.State.ShouldBe(BreakerState.Open);
    }

    private Task<Exchange> Send(PspStep? forward, Exchange answer) =>
        _guard.Send(forward, Patience, () => Task.FromResult(answer), CancellationToken.None);

    private static Exchange Status(int status) => new(
        new PspResponse { Status = status, Headers = new Dictionary<string, string>(), Body = ReadOnlyMemory<byte>.Empty },
        null);
}
