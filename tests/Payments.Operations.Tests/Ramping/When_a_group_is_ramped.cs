using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Payments.Contracts;
using Payments.Operations.Collecting;
using Payments.Operations.Handling;
using Payments.Operations.Judging;
using Payments.Operations.Ramping;
using Payments.Operations.Replaying;
using Payments.Operations.Tests.Collecting;
using Payments.Operations.Tests.Replaying;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Ramping;

/// <summary>
/// Letters that the real collector took, moved on step by step. What becomes of a replay is written down here as the reader of
/// outcomes does it, or comes back through the broker.
/// </summary>
[Collection(CollectingCollection.Name)]
public sealed class When_a_group_is_ramped(OperationsApp app) : IAsyncLifetime
{
    private readonly ReplayDesk _desk = new(app);
    private LetterBox _box = null!;

    public async Task InitializeAsync() => _box = await LetterBox.Open();

    public async Task DisposeAsync()
    {
        await OperationsApp.Sql(
            "UPDATE dead_letter_ramp SET state = 'cancelled', because = 'The test is over.' WHERE state IN ('running', 'paused')");
        await _box.DisposeAsync();
    }

    [Fact]
    public async Task Should_take_each_step_after_the_outcomes_of_the_last()
    {
        var group = await Letters(10);
        var ramp = await Start(group, 10, maxStep: 4);
        var sizes = new List<long>();
        while ((await Advance(ramp))!.Kind == RampMoveKind.Step)
        {
            var claimed = await UnderWay(ramp);
            sizes.Add(claimed.Length);
            (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Wait);
            await Settle(claimed[1..], ReplayOutcome.Succeeded);
            (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Wait);
            await Settle(claimed[..1], ReplayOutcome.NoOp);
        }

        sizes.ShouldBe([1, 2, 4, 3]);
        var shown = await Show(ramp);
        (shown.State, shown.Because).ShouldBe(("finished", "The turn of every letter has come: 10 went well, 0 failed."));
        (shown.Letters, shown.Step, shown.Succeeded, shown.NoOp, shown.Waiting, shown.UnderWay, shown.LeftOut).ShouldBe((10, 4, 6, 4, 0, 0, 0));
        shown.PerSecond.ShouldNotBeNull().ShouldBeGreaterThan(0);
        (await Advance(ramp)).ShouldBeNull();
        (await OperationsApp.Sql(
            "SELECT string_agg(actor || ' ' || action, ', ' ORDER BY action_id) FROM operator_action WHERE subject = $1", $"{ramp}"))
            .ShouldBe("ann start_ramp, system end_ramp");
        (await Get<DeadLetterRampList>("/v1/dead-letters/ramps")).Ramps.ShouldContain(r => r.RampId == ramp && r.State == "finished");
    }

    [Fact]
    public async Task Should_take_a_step_once_however_many_look()
    {
        var ramp = await Start(await Letters(5), 5);

        var moves = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Advance(ramp)));

        moves.Count(m => m is { Kind: RampMoveKind.Step }).ShouldBe(1);
        (await UnderWay(ramp)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Should_stop_by_itself_when_the_failure_returns()
    {
        var ramp = await Start(await Letters(7), 7, errorShare: 1);
        await Advance(ramp);
        await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
        await Advance(ramp);
        var second = await UnderWay(ramp);
        await _box.PublishFault($"{Ulid.NewUlid()}", replayId: second[1]);
        await _box.CollectAll(8);

        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Stop);

        var shown = await Show(ramp);
        shown.State.ShouldBe("stopped");
        shown.Because!.ShouldStartWith("The failure has returned: letter ");
        (shown.Succeeded, shown.FailedAgain, shown.UnderWay, shown.Waiting).ShouldBe((1, 1, 1, 4));
        using var resume = await Change(ramp, "resume");
        (await resume.Problem(HttpStatusCode.Conflict, "ramp-state")).GetProperty("detail").GetString()!
            .ShouldBe($"Ramp {ramp} is stopped ({shown.Because}): it cannot go on now.");
        // It is at its end: another one may begin, with what is open now.
        await Start(shown.GroupId, 5);
    }

    [Fact]
    public async Task Should_go_on_after_another_failure_as_long_as_the_share_allows_it()
    {
        var ramp = await Start(await Letters(7), 7, errorShare: 0.5);
        await Advance(ramp);
        await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
        await Advance(ramp);
        var second = await UnderWay(ramp);
        await Settle(second[..1], ReplayOutcome.NotSent);
        await Settle(second[1..], ReplayOutcome.Succeeded);

        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Step);
        await Settle((await UnderWay(ramp))[..3], ReplayOutcome.Uncertain);
        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Stop);
        (await Show(ramp)).Because.ShouldBe("4 of 6 letters with an outcome have failed: more than the share of 0.5 that is allowed.");
    }

    [Fact]
    public async Task Should_pause_when_outcomes_do_not_come_and_go_on_when_it_is_resumed()
    {
        var ramp = await Start(await Letters(3), 3);
        await Advance(ramp);

        await Eventually.Async("it to pause", LetterBox.Deadline, async () =>
            (await Advance(ramp, patience: TimeSpan.FromMilliseconds(1))) is { Kind: RampMoveKind.Pause });

        (await Show(ramp)).Because.ShouldBe("Step 1 has been without the outcome of 1 letters for 0 s.");
        (await Advance(ramp)).ShouldBeNull();
        await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
        (await Advance(ramp)).ShouldBeNull("it is paused");
        using var resumed = await Change(ramp, "resume");
        resumed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Step);
    }

    [Fact]
    public async Task Should_be_paused_resumed_and_cancelled_by_people()
    {
        var ramp = await Start(await Letters(3), 3);
        using (var paused = await Change(ramp, "pause"))
            (await paused.Content.ReadFromJsonAsync<DeadLetterRamp>(ContractJson.Options))!.Because.ShouldBe("bob has paused it: enough");
        (await Advance(ramp)).ShouldBeNull();
        using (var again = await Change(ramp, "pause"))
        {
            (await again.Problem(HttpStatusCode.Conflict, "ramp-state")).GetProperty("detail").GetString()
                .ShouldBe($"Ramp {ramp} is paused (bob has paused it: enough): it cannot be paused now.");
        }

        using (await Change(ramp, "resume"))
            (await Show(ramp)).State.ShouldBe("running");
        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Step);
        using (await Change(ramp, "cancel"))
            (await Show(ramp)).State.ShouldBe("cancelled");
        (await Advance(ramp)).ShouldBeNull();
        (await Show(ramp)).UnderWay.ShouldBe(1);
        foreach (var action in (string[])["pause", "resume", "cancel"])
        {
            using var late = await Change(ramp, action);
            await late.Problem(HttpStatusCode.Conflict, "ramp-state");
            using var unknown = await Change(Ulid.NewUlid(), action);
            await unknown.Problem(HttpStatusCode.NotFound, "ramp-unknown");
        }

        (await OperationsApp.Sql(
            "SELECT string_agg(actor || ' ' || action || ' ' || (after->>'state'), ', ' ORDER BY action_id) FROM operator_action WHERE subject = $1",
            $"{ramp}")).ShouldBe("ann start_ramp running, bob pause_ramp paused, bob resume_ramp running, bob cancel_ramp cancelled");
    }

    [Fact]
    public async Task Should_refuse_a_group_that_has_grown_or_leave_alone_what_came_later()
    {
        var group = await Letters(2);
        var through = (await _box.Rows()).Max(r => r.Id);
        await _box.PublishFault("later");
        await _box.CollectAll(3);

        using var grown = await Ask(group, 2);
        (await grown.Problem(HttpStatusCode.Conflict, "group-has-grown")).GetProperty("detail").GetString().ShouldBe(
            $"Group {group} had 2 open letters when it was looked at, and has 3 now: look again, or say through which letter.");
        using var fewer = await Ask(group, 1, through);
        await fewer.Problem(HttpStatusCode.Conflict, "group-has-grown");

        var ramp = await Start(group, 2, through: through);
        (await Show(ramp)).Letters.ShouldBe(2);
        for (var i = 0; i < 2; i++)
        {
            (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Step);
            await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
        }

        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Finish);
        (await OperationsApp.Sql("SELECT count(*) FROM dead_letter WHERE group_id = $1 AND state = 'open'", group.ToGuid())).ShouldBe(1L);
    }

    [Fact]
    public async Task Should_be_one_at_a_time_for_a_group()
    {
        var group = await Letters(2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Ask(group, 2)));

        answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.Created))
            await refused.Problem(HttpStatusCode.Conflict, "ramp-active");
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Should_leave_out_what_may_not_go_and_say_why()
    {
        var group = await Letters(4);
        var letters = await _box.Rows();
        var ramp = await Start(group, 4);
        using (await app.Post($"/v1/dead-letters/{letters[0].Id}/replay", """{"requestedBy":"bob","reason":"alone"}"""))
        {
            (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Step);
        }

        var shown = await Show(ramp);
        (shown.LeftOut, shown.UnderWay, shown.Step).ShouldBe((1, 1, 1));
        shown.LeftOutBecause.Single().Because.ShouldStartWith($"Letter {letters[0].Id} is being replayed by bob since ");
        using (await Change(ramp, "cancel"))
        {
            // By default, only what is known to be good goes.
            using var asked = await Ask(group, 4, include: null);
            var second = (await asked.Content.ReadFromJsonAsync<DeadLetterRamp>(ContractJson.Options))!;
            second.Include.ShouldBe(["safe", "no_op"]);
            second.Letters.ShouldBe(2);
            await Eventually.Async("its end", LetterBox.Deadline, async () => await Advance(second.RampId) is { Kind: RampMoveKind.Finish });
            var ended = await Show(second.RampId);
            (ended.LeftOut, ended.Step, ended.State).ShouldBe((2, 0, "finished"));
            ended.LeftOutBecause.Sum(l => l.Letters).ShouldBe(2);
            ended.LeftOutBecause[0].Because.ShouldStartWith("It is unknown: ");
        }
    }

    [Fact]
    public async Task Should_refuse_what_is_unknown_or_malformed()
    {
        using var bad = await app.Post(
            "/v1/dead-letters/ramps",
            """{"groupId":7,"letters":0,"through":"x","include":["odd"],"maxStep":201,"maxPerSecond":1e-300,"errorShare":1.5,"requestedBy":"ann"}""");
        (await bad.BrokenRules()).ShouldBe(
        [
            "groupId ulid", "letters range", "through ulid", "include unknown", "maxStep range", "maxPerSecond range",
            "errorShare range", "reason required",
        ]);
        using var missing = await app.Post("/v1/dead-letters/ramps", """{"include":["dangerous"],"requestedBy":"ann","reason":"x"}""");
        (await missing.BrokenRules()).ShouldBe(["groupId required", "letters required", "include dangerous"]);
        using var unknown = await Ask(Ulid.NewUlid(), 1);
        await unknown.Problem(HttpStatusCode.NotFound, "dead-letter-group-unknown");
        using var ramp = await app.Http.GetAsync(new Uri($"/v1/dead-letters/ramps/{Ulid.NewUlid()}", UriKind.Relative));
        await ramp.Problem(HttpStatusCode.NotFound, "ramp-unknown");
        var group = await Letters(1);
        await OperationsApp.Sql("UPDATE dead_letter SET state = 'resolved', outcome = 'succeeded' WHERE group_id = $1", group.ToGuid());
        using var empty = await Ask(group, 1);
        await empty.Problem(HttpStatusCode.Conflict, "group-empty");
    }

    [Fact]
    public async Task Should_go_on_where_it_was_when_the_process_is_killed()
    {
        const int Count = 20;
        await _box.DeclareEndpoint();
        var group = await Letters(Count);
        var ramp = await Start(group, Count, maxStep: 4);
        // Dies right after a step was committed, every time.
        for (var kills = 0; kills < 3; kills++)
        {
            await using var worker = await FaultWorker.Start("ramp-stepped:1", awaitReady: false);
            await worker.Died();
            (await Show(ramp)).Step.ShouldBe(kills + 1);
            await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
        }

        await using (await FaultWorker.Start(null))
        {
            await Eventually.Async("its end", LetterBox.Deadline, async () =>
            {
                await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
                return (await Show(ramp)).State == "finished";
            });
        }

        var shown = await Show(ramp);
        shown.Succeeded.ShouldBe(Count);
        (await OperationsApp.Sql(
            "SELECT string_agg(n::text, ' ' ORDER BY step) FROM (SELECT step, count(*) AS n FROM dead_letter_ramp_member WHERE ramp_id = $1 GROUP BY step) s",
            ramp.ToGuid())).ShouldBe("1 2 4 4 4 4 1");
        (await OperationsApp.Sql(
            "SELECT count(*) FROM dead_letter_replay r JOIN dead_letter l USING (letter_id) WHERE l.group_id = $1", group.ToGuid())).ShouldBe((long)Count);
    }

    [Fact]
    public async Task Should_stand_still_while_letters_cannot_be_judged()
    {
        await _box.DeclareEndpoint();
        var ramp = await Start(await Letters(3), 3);
        using (await Change(ramp, "pause"))
        {
        }

        var reader = new NpgsqlConnectionStringBuilder(RunDirectory.ConnectionString("operations", "OpsReader"));
        var isAway = false;
        var cut = 0;
        await using var wire = new Wire(reader.Host!, reader.Port) { OnAnswer = _ => Judge() };
        reader.Host = "127.0.0.1";
        reader.Port = wire.Port;
        await using (await FaultWorker.Start(null, opsReader: reader.ConnectionString))
        {
            Volatile.Write(ref isAway, true);
            using (await Change(ramp, "resume"))
                await Eventually.Async("it to ask in vain", LetterBox.Deadline, () => Volatile.Read(ref cut) >= 5);
            (await Show(ramp)).Step.ShouldBe(0);

            Volatile.Write(ref isAway, false);
            await Eventually.Async("its end", LetterBox.Deadline, async () =>
            {
                await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
                return (await Show(ramp)).State == "finished";
            });
        }

        (await Show(ramp)).Succeeded.ShouldBe(3);

        Fate Judge()
        {
            if (!Volatile.Read(ref isAway))
                return Fate.Pass;
            Interlocked.Increment(ref cut);
            return Fate.Cut;
        }
    }

    [Fact]
    public async Task Should_be_stopped_when_it_cannot_go_on_and_harm_no_other()
    {
        await _box.DeclareEndpoint();
        var ramp = await Start(await Letters(3), 3);
        // So slow that its next step is at no time that there is.
        await OperationsApp.Sql("UPDATE dead_letter_ramp SET max_per_second = 1e-300 WHERE ramp_id = $1", ramp.ToGuid());
        await using (await FaultWorker.Start(null))
        {
            await Eventually.Async("its stop", LetterBox.Deadline, async () =>
            {
                await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
                return (await Show(ramp)).State == "stopped";
            });
            await using var other = await LetterBox.Open();
            await other.DeclareEndpoint();
            await other.PublishFault("1");
            var next = await Start((await other.CollectAll(1))[0].Group, 1);
            await Eventually.Async("the other's end", LetterBox.Deadline, async () =>
            {
                await Settle(await UnderWay(next), ReplayOutcome.Succeeded);
                return (await Show(next)).State == "finished";
            });
        }

        (await Show(ramp)).Because.ShouldNotBeNull().ShouldStartWith("It cannot go on: ");
    }

    [Fact]
    public async Task Should_go_on_when_it_can_before_the_tenth_look()
    {
        var ramp = await Broken();
        var log = new DriverLog(ramp);
        log.AtLook(9, () => Rate(ramp, DBNull.Value));
        using var driver = await Drive(log);

        await Eventually.Async("it to go on", LetterBox.Deadline, async () => (await Show(ramp)).Step == 2);
        await driver.StopAsync(CancellationToken.None);

        (await Show(ramp)).State.ShouldBe("running");
        log.Levels.ShouldBe(Enumerable.Repeat(LogLevel.Warning, 9));
    }

    [Fact]
    public async Task Should_be_stopped_at_the_tenth_look_in_vain_with_one_error()
    {
        var ramp = await Broken();
        var log = new DriverLog(ramp);
        using var driver = await Drive(log);

        await Eventually.Async("its stop", LetterBox.Deadline, () => log.Levels.Contains(LogLevel.Error));
        await driver.StopAsync(CancellationToken.None);

        log.Levels.ShouldBe([.. Enumerable.Repeat(LogLevel.Warning, 9), LogLevel.Error]);
        var shown = await Show(ramp);
        shown.State.ShouldBe("stopped");
        shown.Because.ShouldNotBeNull().ShouldStartWith("It cannot go on: TimeSpan overflowed");
    }

    [Fact]
    public async Task Should_keep_its_sums_when_its_letters_are_deleted()
    {
        var group = await Letters(6);
        var ramp = await Start(group, 6, errorShare: 1);
        await Advance(ramp);
        await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
        await Advance(ramp);
        var second = await UnderWay(ramp);
        await Settle(second[..1], ReplayOutcome.NoOp);
        await Settle(second[1..], ReplayOutcome.Superseded);
        await Delete(3);
        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Step);
        var third = await UnderWay(ramp);
        await Settle(third[..1], ReplayOutcome.Uncertain);
        using (await app.Post($"/v1/dead-letters/replays/{third[1]}/withdraw", """{"requestedBy":"bob","reason":"not now"}"""))
            await Settle(third[2..], ReplayOutcome.Succeeded);
        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Finish);
        var before = await Show(ramp);

        // One letter is open, and keeps the group.
        await OperationsApp.Sql(
            "UPDATE dead_letter SET state = 'resolved', outcome = 'succeeded' WHERE letter_id = (SELECT letter_id FROM dead_letter_replay WHERE replay_id = $1)",
            third[1].ToGuid());
        await Delete(2);

        var after = await Show(ramp);
        after.Because.ShouldBe("The turn of every letter has come: 4 went well, 1 failed.");
        (after.Succeeded, after.NoOp, after.Superseded, after.Uncertain, after.LeftOut, after.UnderWay, after.Waiting)
            .ShouldBe((2, 1, 1, 1, 1, 0, 0));
        JsonSerializer.Serialize(after, ContractJson.Options).ShouldBe(JsonSerializer.Serialize(before, ContractJson.Options));

        async Task Delete(int count)
        {
            await OperationsApp.Sql("UPDATE dead_letter SET changed_at = now() - interval '31 days' WHERE group_id = $1 AND state = 'resolved'", group.ToGuid());
            var left = (long)(await OperationsApp.Sql("SELECT count(*) FROM dead_letter WHERE group_id = $1", group.ToGuid()))! - count;
            using var retention = new LetterRetention(
                LetterBox.Database, new RetentionOptions(), TimeProvider.System, NullLogger<LetterRetention>.Instance);
            await Eventually.Async("old letters to be deleted", LetterBox.Deadline, () => retention.DeleteSet(CancellationToken.None), deleted => deleted == 0);
            (await OperationsApp.Sql("SELECT count(*) FROM dead_letter WHERE group_id = $1", group.ToGuid())).ShouldBe(left);
        }
    }

    [Fact]
    public async Task Should_leave_out_letters_that_are_gone_before_their_turn()
    {
        var group = await Letters(2);
        var ramp = await Start(group, 2);
        var first = (await _box.Rows())[0].Id;
        await OperationsApp.Sql("UPDATE dead_letter SET state = 'resolved', outcome = 'succeeded' WHERE letter_id = $1", first.ToGuid());
        await OperationsApp.Sql("DELETE FROM dead_letter WHERE letter_id = $1", first.ToGuid());

        (await Advance(ramp))!.Kind.ShouldBe(RampMoveKind.Step);

        var shown = await Show(ramp);
        (shown.LeftOut, shown.UnderWay, shown.Waiting).ShouldBe((1, 1, 0));
        shown.LeftOutBecause.Single().Because.ShouldBe($"No dead letter {first} is known.");
    }

    [Fact]
    public async Task Should_begin_while_a_letter_of_it_is_collected_again()
    {
        var group = await Letters(2);
        using (var asked = await app.Post(
            $"/v1/dead-letters/{(await _box.Rows())[0].Id}/replay", """{"requestedBy":"bob","reason":"alone"}"""))
        {
            // Its letter is open, and its message comes back.
            var replay = (await asked.Content.ReadFromJsonAsync<DeadLetterReplay>(ContractJson.Options))!;
            await Settle([replay.ReplayId], ReplayOutcome.Uncertain);
            var again = FailedAgain(replay.ReplayId);
            again.GroupId.ShouldBe(group);
            // Both get as far as to the group's row, the ramp first.
            await using var connection = await LetterBox.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var locking = new NpgsqlCommand("SELECT 1 FROM dead_letter_group WHERE group_id = $1 FOR UPDATE", connection)
            {
                Parameters = { new NpgsqlParameter { Value = group.ToGuid() } },
            };
            await locking.ExecuteNonQueryAsync();
            var starting = Ask(group, 2, include: ["unknown"]);
            await AwaitWaiting(1);
            var storing = new LetterTable(LetterBox.Database, LetterBox.Options).Store([again], CancellationToken.None);
            await AwaitWaiting(2);

            await transaction.CommitAsync();

            using var started = await starting;
            started.StatusCode.ShouldBe(HttpStatusCode.Created, await started.Content.ReadAsStringAsync());
            (await storing).ShouldBe(1);
            (await _desk.Show(replay.ReplayId)).Outcome.ShouldBe(ReplayOutcome.FailedAgain);
        }

        static Task AwaitWaiting(int count) => Eventually.Async(
            $"{count} to wait for a lock", LetterBox.Deadline,
            async () => (long)(await OperationsApp.Sql("SELECT count(*) FROM pg_locks WHERE NOT granted"))! == count);
    }

    /// <summary>What a message of this group comes back as, as <see cref="LetterBox.PublishFault"/> sends it.</summary>
    private Letter FailedAgain(Ulid replayId)
    {
        var properties = new BasicProperties
        {
            MessageId = "again",
            Headers = new Dictionary<string, object?>
            {
                ["MT-Reason"] = "fault"u8.ToArray(),
                ["MT-Fault-ExceptionType"] = "System.InvalidOperationException"u8.ToArray(),
                ["MT-Fault-Message"] = "It failed."u8.ToArray(),
                ["MT-Fault-Timestamp"] = "2026-01-31T13:00:00.1234567Z"u8.ToArray(),
                ["MT-Fault-StackTrace"] = "   at Payments.Toy.Fail() in /src/Toy.cs:line 7"u8.ToArray(),
                [ReplayMessage.ReplayHeader] = System.Text.Encoding.UTF8.GetBytes($"{replayId}"),
            },
        };
        return Letter.Read(
            new LetterSource(_box.Queue, _box.Queue, "", Redelivered: false, properties, "{}"u8.ToArray()), DateTimeOffset.UtcNow);
    }

    /// <summary>So slow that its second step is at no time that there is.</summary>
    private async Task<Ulid> Broken()
    {
        var ramp = await Start(await Letters(3), 3);
        await Advance(ramp);
        await Settle(await UnderWay(ramp), ReplayOutcome.Succeeded);
        Rate(ramp, 1e-300);
        return ramp;
    }

    private static void Rate(Ulid ramp, object rate)
    {
        using var database = NpgsqlDataSource.Create(RunDirectory.ConnectionString("operations", "Owner"));
        using var command = database.CreateCommand("UPDATE dead_letter_ramp SET max_per_second = $2 WHERE ramp_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = ramp.ToGuid() });
        command.Parameters.Add(new NpgsqlParameter { Value = rate, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Double });
        command.ExecuteNonQuery();
    }

    /// <summary>A driver in this process, started.</summary>
    private async Task<RampDriver> Drive(DriverLog log)
    {
        var options = new RampOptions { RampPoll = TimeSpan.FromMilliseconds(50) };
        var driver = new RampDriver(
            new RampStepping(LetterBox.Database, app.Services.GetRequiredService<VerdictQuery>(), options), options,
            app.Services.GetRequiredService<ReplaySignal>(), TimeProvider.System, log);
        await driver.StartAsync(CancellationToken.None);
        return driver;
    }

    private async Task<Ulid> Letters(int count)
    {
        for (var i = 0; i < count; i++)
            await _box.PublishFault($"{i}");
        return (await _box.CollectAll(count))[0].Group;
    }

    private async Task<Ulid> Start(Ulid group, int letters, int? maxStep = null, double? errorShare = null, Ulid? through = null)
    {
        using var response = await Ask(group, letters, through, ["unknown"], maxStep, errorShare);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        return JsonSerializer.Deserialize<DeadLetterRamp>(text, ContractJson.Options)!.RampId;
    }

    private Task<HttpResponseMessage> Ask(
        Ulid group, int letters, Ulid? through = null, string[]? include = null, int? maxStep = null, double? errorShare = null) =>
        app.Post("/v1/dead-letters/ramps", JsonSerializer.Serialize(
            new { groupId = group, letters, through, include, maxStep, errorShare, requestedBy = "ann", reason = "mended" }, ContractJson.Options));

    private Task<HttpResponseMessage> Change(Ulid ramp, string action) =>
        app.Post($"/v1/dead-letters/ramps/{ramp}/{action}", """{"requestedBy":"bob","reason":"enough"}""");

    private Task<DeadLetterRamp> Show(Ulid ramp) => Get<DeadLetterRamp>($"/v1/dead-letters/ramps/{ramp}");

    private async Task<T> Get<T>(string path)
        where T : class =>
        (await app.Http.GetFromJsonAsync<T>(path, ContractJson.Options)).ShouldNotBeNull();

    /// <summary>As a process that drives ramps does.</summary>
    private Task<RampMove?> Advance(Ulid ramp, TimeSpan? patience = null) => new RampStepping(
        LetterBox.Database, app.Services.GetRequiredService<VerdictQuery>(),
        new RampOptions { RampPatience = patience ?? TimeSpan.FromMinutes(5) }).Advance(ramp, CancellationToken.None);

    private static async Task<Ulid[]> UnderWay(Ulid ramp) =>
    [
        .. ((Guid[])(await OperationsApp.Sql(
            "SELECT coalesce(array_agg(replay_id ORDER BY replay_id), '{}') FROM dead_letter_replay WHERE ramp_id = $1 AND state IN ('claimed', 'published')",
            ramp.ToGuid()))!).Select(Ulid.FromGuid),
    ];

    private static async Task Settle(IReadOnlyList<Ulid> replays, string outcome)
    {
        await using var connection = await LetterBox.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ReplaySettlement.Lock(connection, replays, CancellationToken.None);
        foreach (var replay in replays)
            (await ReplaySettlement.Settle(connection, replay, outcome, "So says the test.", CancellationToken.None)).ShouldBeTrue();
        await transaction.CommitAsync();
    }

    /// <summary>What a driver says of a ramp, from warnings on; at one of its warnings, something may happen.</summary>
    private sealed class DriverLog(Ulid ramp) : ILogger<RampDriver>
    {
        private readonly ConcurrentQueue<LogLevel> _levels = new();
        private (int Look, Action Do)? _then;

        public IReadOnlyCollection<LogLevel> Levels => _levels;

        /// <summary>Before the next look.</summary>
        public void AtLook(int look, Action action) => _then = (look, action);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || !formatter(state, exception).Contains($"{ramp}", StringComparison.Ordinal))
                return;
            _levels.Enqueue(logLevel);
            if (_then is { } then && _levels.Count == then.Look)
                then.Do();
        }
    }
}
