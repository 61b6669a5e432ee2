using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class RampCommandTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-01-31T13:00:00Z");
    private static readonly Ulid Id = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1K");
    private static readonly Ulid Group = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1M");
    private static readonly Ulid Through = Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1N");

    [Fact]
    public async Task Start_WithEverything_IsPassedOn()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Ramp("running"), StatusCodes.Status201Created));
        var payctl = api.Payctl();

        (await payctl.Run(
            $"deadletter ramp start {Group} --letters 30 --through {Through} --include safe --include stale --max-step 8 --max-per-second 2.5 --error-share 0.1 --as ann --reason mended --json"))
            .ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(
        [
            $$"""POST /v1/dead-letters/ramps {"groupId":"{{Group}}","letters":30,"through":"{{Through}}","include":["safe","stale"],"maxStep":8,"maxPerSecond":2.5,"errorShare":0.1,"requestedBy":"ann","reason":"mended"}""",
        ]);
        payctl.Out.ShouldBe($"{JsonSerializer.Serialize(Ramp("running"), ContractJson.Options)}\n");
    }

    [Theory]
    [InlineData("finished", 0, ExitCodes.Done)]
    [InlineData("finished", 1, ExitCodes.Refused)]
    [InlineData("stopped", 1, ExitCodes.Refused)]
    [InlineData("paused", 0, ExitCodes.Refused)]
    public async Task Watch_ToTheEnd_DrawsALineForEachChangeAndTellsByTheExitCode(string end, int failed, int exitCode)
    {
        var states = new Queue<DeadLetterRamp>(
        [
            Ramp("running"), Ramp("running"), Ramp("running") with { Waiting = 13, UnderWay = 2 },
            Ramp(end) with { Waiting = 0, UnderWay = 0, Succeeded = 28, FailedAgain = failed, Because = "So it is." },
        ]);
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(states.Dequeue()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter ramp show {Id} --watch")).ShouldBe(exitCode);

        payctl.Out.Split('\n').Length.ShouldBe(4);
        payctl.Out.Split('\n')[0].ShouldBe(
            "[##########....................] running, 10 of 30 letters, step 4: 7 succeeded, 1 no-op, 0 superseded, 0 failed, 2 left out, 4 under way, 1.5/s");
        payctl.Out.Split('\n')[1].ShouldStartWith("[###############...............] running, 15 of 30 letters");
        payctl.Error.ShouldBe($"The ramp is {end}: So it is.\n");
    }

    [Fact]
    public async Task Show_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Ramp("paused") with { Because = "bob has paused it: enough" }));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter ramp show {Id}")).ShouldBe(ExitCodes.Done);

        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task List_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new DeadLetterRampList
        {
            Ramps = [Ramp("running"), Ramp("stopped") with { Because = "The failure has returned." }],
        }));
        var payctl = api.Payctl();

        (await payctl.Run("deadletter ramp list")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(["GET /v1/dead-letters/ramps"]);
        Approved.Verify(payctl.Out);
    }

    [Theory]
    [InlineData("pause", "paused")]
    [InlineData("resume", "running")]
    [InlineData("cancel", "cancelled")]
    public async Task Changes_SayWhatItIsNow(string action, string state)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Ramp(state)));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter ramp {action} {Id} --as bob --reason enough")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$$"""POST /v1/dead-letters/ramps/{{Id}}/{{action}} {"requestedBy":"bob","reason":"enough"}"""]);
        payctl.Error.ShouldBe($"Ramp {Id} is {state}.\n");
    }

    [Fact]
    public async Task Show_OfNone_IsRefused()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(StatusCodes.Status404NotFound, "No such ramp.", "Not known."));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter ramp show {Id}")).ShouldBe(ExitCodes.Refused);

        payctl.Error.ShouldBe($"No ramp {Id} is known.\n");
    }

    [Theory]
    [InlineData("deadletter ramp start 7 --letters 3 --as ann --reason x")]
    [InlineData("deadletter ramp start 01JDA5V9R0ZB3T6M8Q2X4Y7W1K --as ann --reason x")]
    [InlineData("deadletter ramp pause 01JDA5V9R0ZB3T6M8Q2X4Y7W1K --reason x")]
    public async Task Commands_UsedWrongly_AreRefused(string commandLine) =>
        (await new Payctl().Run(commandLine)).ShouldBe(ExitCodes.WrongUsage);

    private static DeadLetterRamp Ramp(string state) => new()
    {
        RampId = Id,
        GroupId = Group,
        State = state,
        Letters = 30,
        Include = ["safe", "no_op"],
        MaxStep = 64,
        ErrorShare = 0,
        RequestedBy = "ann",
        Reason = "mended",
        RequestedAt = At,
        ChangedAt = At.AddSeconds(8),
        Step = 4,
        StepSize = 8,
        Waiting = 16,
        UnderWay = 4,
        Succeeded = 7,
        NoOp = 1,
        Superseded = 0,
        FailedAgain = 0,
        NotSent = 0,
        Uncertain = 0,
        LeftOut = 2,
        LeftOutBecause = [new RampLeftOut("It is stale: the saga has moved on.", 2)],
        PerSecond = 1.5,
    };
}
