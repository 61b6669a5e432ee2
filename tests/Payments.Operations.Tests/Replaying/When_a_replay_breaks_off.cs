using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Replaying;
using Payments.Operations.Tests.Collecting;
using Payments.Operations.Tests.Judging;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Replaying;

/// <summary>Wherever it breaks off: the letter ends in one way, and its effect happens once.</summary>
[Collection(CollectingCollection.Name)]
public sealed class When_a_replay_breaks_off(OperationsApp app) : IAsyncLifetime
{
    private readonly ReplayDesk _desk = new(app);
    private LetterBox _box = null!;

    public async Task InitializeAsync() => _box = await LetterBox.Open();

    public async Task DisposeAsync() => await _box.DisposeAsync();

    [Theory]
    [InlineData("replay-claimed")]
    [InlineData("replay-published")]
    [InlineData("replay-confirmed")]
    [InlineData("replay-marked")]
    public async Task Should_credit_once_when_the_process_is_killed(string point)
    {
        await using var wallets = await WorkerProcess.Start("wallets", program: FaultWorker.Built("src", "Payments.Wallets"));
        await using var seed = JudgingSeed.Open();
        var seller = $"seller-{Ulid.NewUlid()}";
        var letter = await CreditThatFailed(await seed.Payment("Crediting", "credit/1"), seller);

        await using (var worker = await FaultWorker.Start($"{point}:1"))
        {
            await AskAndIgnoreTheEnd(letter);
            await worker.Died();
        }

        await using (await FaultWorker.Start(null))
        {
            await Eventually.Async(
                "its outcome", LetterBox.Deadline, () => ReplayDesk.StateOf(letter), state => state == "resolved succeeded");
        }

        (await Pending(seller)).ShouldBe(90L);
        (await Replays(letter, "true")).ShouldBe(1);
        (await Wallets("SELECT count(*) FROM inbox WHERE message_id = $1", _messageId)).ShouldBe(1L);
        await Eventually.Async("wallets to be empty", LetterBox.Deadline, async () => await _box.Channel.MessageCountAsync(Routes.Wallets) == 0);
        (await Pending(seller)).ShouldBe(90L);
    }

    [Theory]
    [InlineData("replay-published:3")]
    [InlineData("replay-confirmed:1")]
    [InlineData("replay-marked:1")]
    public async Task Should_credit_each_once_when_the_process_is_killed_over_many(string point)
    {
        await using var wallets = await WorkerProcess.Start("wallets", program: FaultWorker.Built("src", "Payments.Wallets"));
        await using var seed = JudgingSeed.Open();
        var credits = new List<(Ulid Letter, string Seller, Guid MessageId)>();
        for (var i = 0; i < 5; i++)
        {
            var seller = $"seller-{Ulid.NewUlid()}";
            credits.Add((await CreditThatFailed(await seed.Payment("Crediting", "credit/1"), seller), seller, _messageId));
        }

        await using (var worker = await FaultWorker.Start(point))
        {
            await AskAndIgnoreTheEnd("replays", new { letters = credits.Select(c => c.Letter.ToString()), requestedBy = "ann", reason = "mended" });
            await worker.Died();
        }

        await using (await FaultWorker.Start(null))
        {
            foreach (var (letter, _, _) in credits)
            {
                await Eventually.Async(
                    "its outcome", LetterBox.Deadline, () => ReplayDesk.StateOf(letter), state => state == "resolved succeeded");
            }
        }

        await Eventually.Async("wallets to be empty", LetterBox.Deadline, async () => await _box.Channel.MessageCountAsync(Routes.Wallets) == 0);
        foreach (var (letter, seller, messageId) in credits)
        {
            (await Pending(seller)).ShouldBe(90L);
            (await Replays(letter, "true")).ShouldBe(1);
            (await Wallets("SELECT count(*) FROM inbox WHERE message_id = $1", messageId)).ShouldBe(1L);
        }
    }

    [Theory]
    [InlineData("replay-published")]
    [InlineData("replay-confirmed")]
    public async Task Should_be_uncertain_where_a_second_copy_might_do_harm(string point)
    {
        await _box.DeclareEndpoint();
        await _box.PublishFault(Ulid.NewUlid().ToString());
        var letter = (await _box.CollectAll(1)).Single().Id;

        await using (var worker = await FaultWorker.Start($"{point}:1"))
        {
            await AskAndIgnoreTheEnd(letter);
            await worker.Died();
        }

        await using (await FaultWorker.Start(null))
        {
            await Eventually.Async(
                "it to be settled", LetterBox.Deadline, async () => await Replays(letter, "outcome = 'uncertain'") == 1);
        }

        (await ReplayDesk.StateOf(letter)).ShouldBe("open -");
        (await _box.Channel.MessageCountAsync(_box.Endpoint)).ShouldBeInRange(point == "replay-confirmed" ? 1u : 0u, 1u);
        (await ReplayDesk.ActionsOn(letter)).ShouldBe("ann replay_letter, system settle_replay");
    }

    [Fact]
    public async Task Should_be_known_as_failed_again_after_it_was_uncertain()
    {
        await _box.DeclareEndpoint();
        await _box.PublishFault(Ulid.NewUlid().ToString());
        var letter = (await _box.CollectAll(1)).Single().Id;
        var replay = await _desk.Replay(letter);
        var outbox = new ReplayOutbox(LetterBox.Database);
        (await outbox.Settle((await outbox.Lease(TimeSpan.FromMinutes(1), CancellationToken.None)).Single(), "uncertain", "Nobody knows.")).ShouldBeTrue();
        (await ReplayDesk.StateOf(letter)).ShouldBe("open -");

        await _box.Publish("x"u8.ToArray(), p => p.Headers = new Dictionary<string, object?> { [ReplayMessage.ReplayHeader] = $"{replay.ReplayId}" });
        await _box.CollectAll(2);

        (await ReplayDesk.StateOf(letter)).ShouldBe("resolved failed_again");
        (await _desk.Show(replay.ReplayId)).Outcome.ShouldBe("failed_again");
    }

    [Fact]
    public async Task Should_wait_while_the_broker_is_away_and_be_withdrawn_if_need_be()
    {
        await _box.DeclareEndpoint();
        await _box.PublishFault("a");
        await _box.PublishFault("b");
        var letters = await _box.CollectAll(2);
        var uri = new UriBuilder(RunDirectory.Settings("operations")["RabbitMq__Uri"]);
        var isAway = true;
        await using var wire = new Wire(uri.Host, uri.Port) { OnAnswer = _ => Volatile.Read(ref isAway) ? Fate.Cut : Fate.Pass };
        uri.Port = wire.Port;
        using var publisher = await ReplayDesk.StartPublisher(app, _box, uri.Uri);

        var waits = await _desk.Replay(letters[0].Id);
        var withdrawn = await _desk.Replay(letters[1].Id);
        await Eventually.Async("a sentence about it", LetterBox.Deadline, () =>
            _box.Log.Warnings.Any(w => w.StartsWith("The broker does not let dead letters be sent on", StringComparison.Ordinal)));
        (await _desk.Show(waits.ReplayId)).State.ShouldBe("claimed");
        using var response = await _desk.Post(
            $"/v1/dead-letters/replays/{withdrawn.ReplayId}/withdraw", new { requestedBy = "bob", reason = "not now" });
        (await response.Content.ReadFromJsonAsync<DeadLetterReplay>(ContractJson.Options))!.State.ShouldBe("withdrawn");
        (await ReplayDesk.StateOf(letters[1].Id)).ShouldBe("open -");

        Volatile.Write(ref isAway, false);
        await _desk.Await(waits.ReplayId, r => r.State == "published");
        (await _box.Channel.MessageCountAsync(_box.Endpoint)).ShouldBe(1u);
        await publisher.StopAsync(CancellationToken.None);
        using var given = await _desk.Post(
            $"/v1/dead-letters/replays/{waits.ReplayId}/withdraw", new { requestedBy = "bob", reason = "nobody will say" });
        var uncertain = (await given.Content.ReadFromJsonAsync<DeadLetterReplay>(ContractJson.Options))!;
        (uncertain.State, uncertain.Outcome, uncertain.OutcomeBecause)
            .ShouldBe(("settled", "uncertain", "bob waits for its outcome no longer: nobody will say"));
        (await ReplayDesk.StateOf(letters[0].Id)).ShouldBe("open -");
        (await ReplayDesk.ActionsOn(letters[0].Id)).ShouldBe("ann replay_letter, system settle_replay, bob withdraw_replay");
        using var late = await _desk.Post(
            $"/v1/dead-letters/replays/{waits.ReplayId}/withdraw", new { requestedBy = "bob", reason = "not now" });
        (await late.Problem(HttpStatusCode.Conflict, "replay-not-withdrawable")).GetProperty("detail").GetString()
            .ShouldBe($"Replay {waits.ReplayId} is settled: there is nothing to take back.");
    }

    [Fact]
    public async Task Should_be_sent_once_by_several_processes()
    {
        const int Letters = 40;
        await _box.DeclareEndpoint();
        for (var i = 0; i < Letters; i++)
            await _box.PublishFault($"{i}");
        var letters = await _box.CollectAll(Letters);
        using var first = await ReplayDesk.StartPublisher(app, _box);
        using var second = await ReplayDesk.StartPublisher(app, _box);

        using var response = await _desk.Post(
            "/v1/dead-letters/replays", new { letters = letters.Select(l => l.Id), requestedBy = "ann", reason = "mended" });
        response.StatusCode.ShouldBe(HttpStatusCode.OK);

        await Eventually.Async("all to be sent", LetterBox.Deadline, async () => (long)(await OperationsApp.Sql(
            "SELECT count(*) FROM dead_letter_replay JOIN dead_letter USING (letter_id) WHERE queue = $1 AND dead_letter_replay.state = 'published'",
            _box.Queue))! == Letters);
        (await _box.Channel.MessageCountAsync(_box.Endpoint)).ShouldBe((uint)Letters);
        await first.StopAsync(CancellationToken.None);
        await second.StopAsync(CancellationToken.None);
    }

    private Guid _messageId;

    /// <summary>A credit that the wallets could not do, and now can.</summary>
    private async Task<Ulid> CreditThatFailed(Ulid payment, string seller)
    {
        _messageId = Ulid.NewUlid().ToGuid();
        var envelope = new
        {
            MessageId = _messageId,
            ConversationId = _messageId,
            MessageType = new[] { "urn:message:Payments.Contracts:CreditWallets" },
            Message = new CreditWallets
            {
                PaymentId = payment,
                OperationId = $"{payment}/credit/1",
                Atomic = true,
                Lines = [new WalletLine("1", seller, new Money(90, Currency.Eur))],
            },
        };
        await _box.Channel.BasicPublishAsync(
            "", $"{Routes.Wallets}_error", mandatory: true,
            new BasicProperties
            {
                MessageId = $"{_messageId}",
                ContentType = "application/vnd.masstransit+json",
                DeliveryMode = DeliveryModes.Persistent,
                Headers = new Dictionary<string, object?> { ["MT-Reason"] = "fault", ["MT-Fault-Message"] = "It was broken." },
            },
            JsonSerializer.SerializeToUtf8Bytes(envelope, ContractJson.Options));
        using var collector = await _box.Collect();
        var letter = await Eventually.Async(
            "the letter", LetterBox.Deadline,
            async () => await OperationsApp.Sql("SELECT letter_id FROM dead_letter WHERE message_id = $1", $"{_messageId}"), id => id is Guid);
        await collector.StopAsync(CancellationToken.None);
        return Ulid.FromGuid((Guid)letter!);
    }

    private static Task AskAndIgnoreTheEnd(Ulid letter) =>
        AskAndIgnoreTheEnd($"{letter}/replay", new { requestedBy = "ann", reason = "mended" });

    private static async Task AskAndIgnoreTheEnd<T>(string path, T body)
    {
        using var http = new HttpClient { BaseAddress = new Uri(RunDirectory.Settings("operations")["ASPNETCORE_URLS"]) };
        try
        {
            using var answer = await http.PostAsJsonAsync(new Uri($"/v1/dead-letters/{path}", UriKind.Relative), body);
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            // It died over the answer.
        }
    }

    private static async Task<long> Replays(Ulid letter, string condition) => (long)(await OperationsApp.Sql(
        $"SELECT count(*) FROM dead_letter_replay WHERE letter_id = $1 AND {condition}", letter.ToGuid()))!;

    private static Task<object?> Pending(string seller) => Wallets("SELECT pending_minor FROM account WHERE owner_id = $1", seller);

    private static async Task<object?> Wallets(string sql, object parameter)
    {
        await using var database = NpgsqlDataSource.Create(RunDirectory.ConnectionString("wallets", "Owner"));
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync();
    }
}
