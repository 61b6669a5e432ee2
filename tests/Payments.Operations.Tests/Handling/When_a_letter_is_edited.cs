using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Tests.Collecting;
using Payments.Operations.Tests.Judging;
using Payments.Testing;

namespace Payments.Operations.Tests.Handling;

[Collection(CollectingCollection.Name)]
public sealed class When_a_letter_is_edited(OperationsApp app) : IAsyncLifetime
{
    private const string CardNumber = "4242424242424242";

    private static readonly object Later = new { NotAfter = "2030-01-01T00:00:00Z" };

    private HandledLetters _letters = null!;

    public async Task InitializeAsync() => _letters = await HandledLetters.Open(app);

    public async Task DisposeAsync() => await _letters.DisposeAsync();

    [Fact]
    public async Task Should_keep_the_diff_and_the_whole_body_beside_the_letter()
    {
        var id = await _letters.CreditWallets();
        var original = (await _letters.Get<DeadLetterDetails>($"{id}")).Body;

        var edit = await Edit(id, Later);

        edit.Diff.Select(Line).ShouldBe(["notAfter:  -> \"2030-01-01T00:00:00Z\""]);
        (edit.ChangesMoney, edit.ReplayState).ShouldBe((true, "awaiting_approval"));
        var letter = await _letters.Get<DeadLetterDetails>($"{id}");
        (letter.Letter.State, letter.Body).ShouldBe(("open", original));
        (letter.Edit!.EditId, letter.Edit.EditedBy, letter.Edit.Reason, letter.Edit.ReplayId, letter.Edit.ReplayState).ShouldBe(
            (edit.EditId, "ada", "late", edit.ReplayId, "awaiting_approval"));
        letter.Edit.Diff.Select(Line).ShouldBe(edit.Diff.Select(Line));
        var kept = await Body(edit);
        kept["message"]!["notAfter"]!.GetValue<string>().ShouldBe("2030-01-01T00:00:00Z");
        kept["message"]!.AsObject().Remove("notAfter");
        kept.ToJsonString().ShouldBe(JsonNode.Parse(original)!.ToJsonString());
        (await HandledLetters.Actions(id)).ShouldContain("ada replay_letter \"late\"");
        (await HandledLetters.Actions(id)).ShouldContain(
            $$"""
            ada edit_letter "late" {"money": null, "state": "open", "outcome": null, "discardedBy": null, "discardReason": null} {"diff": [{"path": "notAfter", "after": "2030-01-01T00:00:00Z", "before": null}], "state": "open", "editId": "{{edit.EditId}}", "replay": "awaiting_approval", "replayId": "{{edit.ReplayId}}", "changesMoney": true}
            """);
    }

    [Fact]
    public async Task Should_wait_for_a_second_person_whatever_changes()
    {
        foreach (var patch in new object[]
        {
            new { Lines = new[] { Line(800, "EUR") } }, new { Lines = new[] { Line(700, "USD") } }, new { Atomic = false }, Later,
        })
        {
            var id = await _letters.CreditWallets();

            var edit = await Edit(id, patch);

            (edit.ChangesMoney, edit.ReplayState).ShouldBe((true, "awaiting_approval"));
            (await _letters.Get<DeadLetterDetails>($"{id}")).Letter.State.ShouldBe("open");
            await _letters.Refuses(
                id, $"{id}/edit", Wish(Later), HttpStatusCode.Conflict, "awaiting-approval", "ada", "awaits approval");
        }
    }

    [Fact]
    public async Task Should_wait_for_nobody_where_only_texts_for_people_change()
    {
        var request = Request(Ulid.NewUlid(), "tok_1");
        var orders = new[]
        {
            new { OrderId = "order-1", SellerId = "seller-1", Amount = new Money(700, Currency.Eur), Description = "two cups" },
        };
        var texts = new { MerchantReference = "basket 7", Metadata = new { Note = "paid" }, Orders = orders };
        foreach (var (type, message, patch) in new (string, object, object)[]
        {
            (nameof(PaymentRequested), request, texts),
            (nameof(StartPayment), new { PaymentId = Ulid.NewUlid(), Request = request }, new { Request = texts }),
        })
        {
            var id = await _letters.Envelope(type, message);

            var edit = await Edit(id, patch);

            (edit.ChangesMoney, edit.ReplayState, edit.Diff.Count).ShouldBe((false, "claimed", 3));
            (await _letters.Get<DeadLetterDetails>($"{id}")).Letter.State.ShouldBe("replaying");
        }
    }

    [Fact]
    public async Task Should_be_judged_as_it_is_to_go_out()
    {
        await using var seed = JudgingSeed.Open();
        var payment = await seed.Payment("Failed");
        var id = (await seed.Letter(nameof(CreditWallets), "wallets_error", payment, new
        {
            PaymentId = payment,
            OperationId = $"{payment}/credit/1",
            Atomic = true,
            Lines = new[] { Line(700, "EUR") },
            NotAfter = DateTimeOffset.UtcNow.AddMinutes(-1),
        })).LetterId;
        (await _letters.Get<DeadLetterVerdict>($"{id}/verdict")).Verdict.ShouldBe("stale");

        var edit = await Edit(id, Later);

        edit.ReplayState.ShouldBe("awaiting_approval");
        var asked = await _letters.Get<DeadLetterReplay>($"replays/{edit.ReplayId}");
        (asked.Verdict, asked.Forced).ShouldBe(("dangerous", true));
        var rosa = new { RequestedBy = "rosa", Reason = "fine" };
        var approved = await _letters.Done<DeadLetterReplay>($"replays/{edit.ReplayId}/approve", rosa);
        (approved.State, approved.Verdict).ShouldBe(("claimed", "dangerous"));

        await OperationsApp.Sql(
            "UPDATE dead_letter_replay SET state = 'settled', outcome = 'not_sent' WHERE replay_id = $1", edit.ReplayId!.Value.ToGuid());
        await HandledLetters.SetState(id, "open");
        (await _letters.Get<DeadLetterVerdict>($"{id}/verdict")).Verdict.ShouldBe("dangerous", "what goes out is judged");
        await _letters.Refuses(
            id, $"{id}/replay", rosa, HttpStatusCode.Conflict, "dangerous", "It would credit sellers, and the saga does not wait for that");
    }

    [Fact]
    public async Task Should_refuse_at_approval_what_the_edit_has_become()
    {
        await using var seed = JudgingSeed.Open();
        var payment = await seed.Payment("Crediting", "credit/1");
        var id = (await seed.Letter(nameof(CreditWallets), "wallets_error", payment, new
        {
            PaymentId = payment,
            OperationId = $"{payment}/credit/1",
            Atomic = true,
            Lines = new[] { Line(700, "EUR") },
            NotAfter = DateTimeOffset.UtcNow.AddMinutes(-1),
        })).LetterId;
        var edit = await Edit(id, Later);
        (await _letters.Get<DeadLetterReplay>($"replays/{edit.ReplayId}")).Verdict.ShouldBe("safe");
        await seed.Execute("orchestrator", "UPDATE payment SET step_operation_id = NULL WHERE payment_id = $1", payment.ToGuid());

        await _letters.Refuses(
            id, $"replays/{edit.ReplayId}/approve", new { RequestedBy = "rosa", Reason = "fine" }, HttpStatusCode.Conflict,
            "verdict-changed", "judged safe", "is dangerous now");
    }

    [Fact]
    public async Task Should_show_NUL_as_a_replacement_and_bring_none()
    {
        var id = await _letters.Envelope(nameof(PaymentRequested), Request(Ulid.NewUlid(), "tok_1", "a\0b"));
        await Breaks("""{"metadata":{"note":"c\u0000"}}""", "metadata.note nul");
        await Breaks("""{"metadata":{"n\u0000":"c"}}""", "metadata.n\uFFFD nul");
        await Breaks("""{"idempotencyKey":"k\u0000"}""", "idempotencyKey locked", "idempotencyKey nul");

        var edit = await Edit(id, new { Metadata = new { Note = "c" } });

        edit.Diff.ShouldHaveSingleItem().Before!.Value.GetString().ShouldBe("a\uFFFDb");
        (await _letters.Get<DeadLetterDetails>($"{id}")).Edit!.Diff[0].Before!.Value.GetString().ShouldBe("a\uFFFDb");
        (await HandledLetters.Actions(id)).ShouldContain("a\uFFFDb");
        (await Body(edit))["message"]!["metadata"]!["note"]!.GetValue<string>().ShouldBe("c");

        Task Breaks(string patch, params string[] rules) => _letters.Breaks(id, $"{id}/edit", Wish(JsonNode.Parse(patch)!), rules);
    }

    [Fact]
    public async Task Should_carry_a_NUL_on_that_it_does_not_touch()
    {
        var id = await _letters.Envelope(nameof(PaymentRequested), Request(Ulid.NewUlid(), "tok_1", "a\0b"));

        var edit = await Edit(id, new { MerchantReference = "basket 7" });

        (await Body(edit))["message"]!["metadata"]!["note"]!.GetValue<string>().ShouldBe("a\0b");
    }

    [Fact]
    public async Task Should_take_no_half_surrogates()
    {
        var id = await _letters.Envelope(nameof(PaymentRequested), Request(Ulid.NewUlid(), "tok_1"));
        await _letters.Breaks(
            id, $"{id}/edit", """{"patch":{"metadata":{"note":"\ud800\ud800\ud800"}},"requestedBy":"ada","reason":"late"}""", " json");
    }

    [Fact]
    public async Task Should_wait_for_a_second_person_where_the_letter_is_dangerous()
    {
        var id = await _letters.CreditWallets();
        await OperationsApp.Sql("UPDATE dead_letter SET endpoint = $2 WHERE letter_id = $1", id.ToGuid(), Routes.Wallets);

        var edit = await Edit(id, Later);

        (edit.ChangesMoney, edit.ReplayState).ShouldBe((true, "awaiting_approval"));
        var replay = await _letters.Get<DeadLetterReplay>($"replays/{edit.ReplayId}");
        (replay.Verdict, replay.Forced).ShouldBe(("dangerous", true));
    }

    [Fact]
    public async Task Should_lock_whatever_says_what_it_is_about()
    {
        var id = await _letters.CreditWallets();
        await Breaks(new { PaymentId = $"{Ulid.NewUlid()}" }, "paymentId locked");
        await Breaks(new { OperationId = "x" }, "operationId locked");
        await Breaks(JsonNode.Parse("""{"operationId":null}""")!, "operationId locked", "operationId required");
        await Breaks(new { Lines = new[] { Line(700, "EUR", order: "order-2") } }, "lines[0].orderId locked");
        await Breaks(new { Lines = new[] { Line(700, "EUR", seller: "seller-2") } }, "lines[0].sellerId locked");
        await Breaks(
            new { Lines = new[] { Line(700, "EUR"), Line(1, "EUR", "order-2") } }, "lines[1].orderId locked", "lines[1].sellerId locked");
        await Breaks(new { Lines = Array.Empty<object>() }, "lines[0].orderId locked", "lines[0].sellerId locked");
        await Breaks(new { MessageId = "x" }, "messageId locked", "messageId unknown");
        await Breaks(JsonNode.Parse("""{"PaymentId":"x"}""")!, "PaymentId locked", "PaymentId unknown");

        Task Breaks(object patch, params string[] rules) => _letters.Breaks(id, $"{id}/edit", Wish(patch), rules);
    }

    [Fact]
    public async Task Should_lock_keys_connections_and_what_is_undone()
    {
        var paymentId = Ulid.NewUlid();
        var undo = await _letters.Envelope(nameof(VoidOrder), new
        {
            PaymentId = paymentId,
            OrderId = "order-1",
            OperationId = "o",
            Undoes = "u",
            Connection = "stripe-a",
            Amount = new Money(700, Currency.Eur),
        });
        await Breaks(undo, new { Undoes = "v" }, "undoes locked");
        await Breaks(undo, new { Connection = "stripe-b" }, "connection locked");
        await Breaks(undo, new { PspReference = "pi_2" }, "pspReference locked");
        var request = await _letters.Envelope(nameof(PaymentRequested), Request(paymentId, "tok_1"));
        await Breaks(request, new { IdempotencyKey = "k2" }, "idempotencyKey locked");
        await Breaks(request, new { MerchantId = "m2", BuyerId = "b" }, "merchantId locked", "buyerId locked");

        Task Breaks(Ulid id, object patch, params string[] rules) => _letters.Breaks(id, $"{id}/edit", Wish(patch), rules);
    }

    [Fact]
    public async Task Should_be_what_the_contract_says_and_nothing_besides()
    {
        var id = await _letters.CreditWallets();
        await Breaks("""{"patch":{"colour":"red"}}""", "colour unknown");
        await Breaks("""{"patch":{"lines":null}}""", "lines[0].orderId locked", "lines[0].sellerId locked", "lines required");
        await Breaks("""{"patch":{"atomic":"yes","notAfter":"soon"}}""", "atomic type", "notAfter type");
        await Breaks("""{"patch":{"lines":{"a":1}}}""", "lines[0].orderId locked", "lines[0].sellerId locked", "lines type");
        await Breaks(Amount("\"7.00\""), "lines[0].amount.amount money");
        await Breaks(Amount("7.5"), "lines[0].amount.amount money");
        await Breaks(Amount("1000000000001"), "lines[0].amount.amount money");
        await Breaks(Amount("700", "EURO"), "lines[0].amount.currency money");
        await Breaks(Amount("700,\"scale\":2"), "lines[0].amount money");
        await Breaks("""{"patch":{"atomic":true}}""", "patch no_change");
        await Breaks("""{"patch":[1]}""", "patch object");
        await Breaks("""{"dryRun":1}""", "patch object", "dryRun boolean");

        static string Amount(string amount, string currency = "EUR") =>
            $$$"""{"patch":{"lines":[{"orderId":"order-1","sellerId":"seller-1","amount":{"amount":{{{amount}}},"currency":"{{{currency}}}"}}]}}""";

        async Task Breaks(string body, params string[] rules)
        {
            var wish = JsonNode.Parse(body)!.AsObject();
            wish["requestedBy"] = "ada";
            wish["reason"] = "late";
            await _letters.Breaks(id, $"{id}/edit", wish, rules);
        }
    }

    [Fact]
    public async Task Should_show_diff_and_errors_of_a_dry_run_and_change_nothing()
    {
        var id = await _letters.CreditWallets();
        await HandledLetters.SetState(id, "open");
        var before = await HandledLetters.Actions(id);

        var dry = await _letters.Done<DeadLetterEdit>(
            $"{id}/edit", Wish(new { OperationId = "x", Atomic = false }, dryRun: true));
        var fine = await _letters.Done<DeadLetterEdit>($"{id}/edit", Wish(Later, dryRun: true));

        (dry.EditId, dry.ChangesMoney).ShouldBe((null, true));
        dry.Diff.Select(d => d.Path).ShouldBe(["operationId", "atomic"]);
        dry.Errors!.Select(e => $"{e.Field} {e.Rule}").ShouldBe(["operationId locked"]);
        fine.Errors.ShouldBeEmpty();
        (await HandledLetters.Actions(id)).ShouldBe(before);
        (await _letters.Get<DeadLetterDetails>($"{id}")).Edit.ShouldBeNull();
        await HandledLetters.SetState(id, "replaying");
        await _letters.Refuses(id, $"{id}/edit", Wish(Later, dryRun: true), HttpStatusCode.Conflict, "letter-not-open", "replaying");
    }

    [Fact]
    public async Task Should_take_plain_requests_of_the_front_door_and_hide_their_tokens()
    {
        var paymentId = Ulid.NewUlid();
        var id = await _letters.Body(JsonSerializer.Serialize(Request(paymentId, "tok_1"), ContractJson.Options));
        await OperationsApp.Sql("UPDATE dead_letter SET endpoint = $2 WHERE letter_id = $1", id.ToGuid(), Routes.FrontDoor);
        var credentials = new[] { new { Psp = "stripe", Token = "tok_2" } };

        var edit = await Edit(id, new { MerchantReference = "basket 7", PaymentMethod = new { Credentials = credentials } });

        edit.Diff.Select(Line).ShouldBe(
            ["paymentMethod.credentials[0].token: \"***\" -> \"***\"", "merchantReference:  -> \"basket 7\""]);
        (await HandledLetters.Actions(id)).ShouldNotContain("tok_");
        (await Body(edit))["paymentMethod"]!["credentials"]![0]!["token"]!.GetValue<string>().ShouldBe("tok_2");
    }

    [Fact]
    public async Task Should_replace_every_masked_card_number_and_bring_none()
    {
        var paymentId = Ulid.NewUlid();
        var id = await _letters.Envelope(nameof(PaymentRequested), Request(paymentId, CardNumber, $"paid with {CardNumber}"));
        var token = new { Credentials = new[] { new { Psp = "stripe", Token = "tok_2" } } };
        await Breaks(
            new { MerchantReference = "x" }, "message.paymentMethod.credentials[0].token masked", "message.metadata.note masked");
        await Breaks(new { PaymentMethod = token }, "message.metadata.note masked");
        await Breaks(
            new { PaymentMethod = token, Metadata = new { Note = $"no, {CardNumber}" } }, "message.metadata.note card_number");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => HandledLetters.Replay(id, "claimed")))
            .ConstraintName.ShouldBe("dead_letter_replay_content");

        var edit = await Edit(id, new { PaymentMethod = token, Metadata = new { Note = "paid" } });

        edit.ReplayId.ShouldNotBeNull();

        Task Breaks(object patch, params string[] rules) => _letters.Breaks(id, $"{id}/edit", Wish(patch), rules);
    }

    [Fact]
    public async Task Should_take_ids_that_only_look_like_card_numbers()
    {
        var paymentId = Ulid.NewUlid();
        var id = await _letters.Envelope(nameof(CreditWallets), new
        {
            PaymentId = paymentId,
            OperationId = "o",
            Atomic = true,
            Lines = new[] { Line(700, "EUR", CardNumber) },
        });

        (await Edit(id, new { Lines = new[] { Line(800, "EUR", CardNumber) } })).Diff.Select(Line).ShouldBe(
            ["lines[0].amount.amount: 700 -> 800"]);

        var request = await _letters.Envelope(nameof(PaymentRequested), Request(paymentId, "tok_1"));
        await _letters.Breaks(
            request, $"{request}/edit", Wish(JsonNode.Parse($$$"""{"metadata":{"{{{CardNumber}}}":"x"}}""")!),
            "message.metadata.**************** card_number");
        await _letters.Breaks(
            request, $"{request}/edit", new { Patch = new { MerchantReference = "x" }, RequestedBy = CardNumber, Reason = "late" },
            "requestedBy card_number");
    }

    [Fact]
    public async Task Should_never_let_the_original_go_out_beside_it()
    {
        var id = await _letters.CreditWallets();
        var edit = await Edit(id, Later);
        await OperationsApp.Sql(
            "UPDATE dead_letter_replay SET state = 'settled', outcome = 'not_sent' WHERE replay_id = $1", edit.ReplayId!.Value.ToGuid());
        await HandledLetters.SetState(id, "open");

        await _letters.Refuses(
            id, $"{id}/edit", Wish(new { NotAfter = "2031-01-01T00:00:00Z" }), HttpStatusCode.Conflict, "letter-sent-already", "ada",
            "only be replayed as that edit");
        var again = await HandledLetters.Replay(id, "claimed");

        (await OperationsApp.Sql("SELECT edit_id FROM dead_letter_replay WHERE replay_id = $1", again.ToGuid()))
            .ShouldBe(edit.EditId!.Value.ToGuid());
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => OperationsApp.Sql(
            "UPDATE dead_letter_replay SET edit_id = NULL WHERE replay_id = $1", again.ToGuid())))
            .ConstraintName.ShouldBe("dead_letter_replay_content");
    }

    [Fact]
    public async Task Should_not_follow_an_original_that_may_have_gone_out()
    {
        var id = await _letters.CreditWallets();
        await HandledLetters.Replay(id, "settled", "not_sent");
        await HandledLetters.Replay(id, "settled", "uncertain");

        await _letters.Refuses(
            id, $"{id}/edit", Wish(Later), HttpStatusCode.Conflict, "letter-sent-already", "rosa", "may have gone out");

        var other = await _letters.CreditWallets();
        await HandledLetters.Replay(other, "settled", "not_sent");
        (await Edit(other, Later)).ReplayState.ShouldBe("awaiting_approval");
    }

    [Fact]
    public async Task Should_be_free_again_after_it_was_withdrawn_unapproved()
    {
        var id = await _letters.CreditWallets();
        var edit = await Edit(id, new { Atomic = false });
        await OperationsApp.Sql(
            "UPDATE dead_letter_replay SET state = 'withdrawn' WHERE replay_id = $1", edit.ReplayId!.Value.ToGuid());

        var original = await HandledLetters.Replay(id, "claimed");

        (await OperationsApp.Sql("SELECT edit_id FROM dead_letter_replay WHERE replay_id = $1", original.ToGuid())).ShouldBe(DBNull.Value);
    }

    [Theory]
    [InlineData("not JSON at all", "not JSON")]
    [InlineData("""{"a":1,"a":2}""", "each name once")]
    [InlineData("""{"a":1}""", "a message without a type is no message of ours")]
    [InlineData("""{"messageType":["urn:message:Acme:Order"],"message":{"a":1}}""", "Acme:Order is no message of ours")]
    [InlineData("""{"messageType":["urn:message:Payments.Contracts:Currency"],"message":{"a":1}}""", "Currency is no message of ours")]
    [InlineData("""{"messageType":["urn:message:Payments.Contracts:CreditWallets"],"message":7}""", "not JSON")]
    [InlineData("""{"messageType":["urn:message:Payments.Contracts:CreditWallets"],"message":{"a":"\ud800\ud800\ud800"}}""", "valid Unicode")]
    [InlineData("""{"messageType":["urn:message:Payments.Contracts:CreditWallets"],"message":{"\ud800\ud800":1}}""", "valid Unicode")]
    [InlineData("""{"messageType":["urn:message:Payments.Contracts:CreditWallets"],"message":{},"host":"\ud800\ud800"}""", "valid Unicode")]
    public async Task Should_leave_alone_what_has_no_contract(string body, string because)
    {
        var id = await _letters.Body(body);

        await _letters.Refuses(id, $"{id}/edit", Wish(Later), HttpStatusCode.Conflict, "letter-not-editable", $"{id}", because);
    }

    [Fact]
    public async Task Should_leave_alone_what_is_too_large_or_unknown()
    {
        var id = await _letters.Body(new string('x', (1024 * 1024) + 1));
        await _letters.Refuses(id, $"{id}/edit", Wish(Later), HttpStatusCode.Conflict, "letter-not-editable", "1048576 bytes");
        await _letters.Refuses(
            id, $"{Ulid.NewUlid()}/edit", Wish(Later), HttpStatusCode.NotFound, "dead-letter-unknown", "No dead letter");
    }

    [Fact]
    public async Task Should_be_edited_once_by_two_at_once()
    {
        var id = await _letters.CreditWallets();

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _letters.Post($"{id}/edit", Wish(Later))));

        answers.Select(a => a.StatusCode).Order().ShouldBe([HttpStatusCode.Accepted, HttpStatusCode.Conflict]);
        (await OperationsApp.Sql("SELECT count(*) FROM dead_letter_edit WHERE letter_id = $1", id.ToGuid())).ShouldBe(1L);
        foreach (var answer in answers)
            answer.Dispose();
    }

    private static object Wish(object patch, bool dryRun = false) =>
        new { Patch = patch, RequestedBy = "ada", Reason = "late", DryRun = dryRun };

    private static object Line(long amount, string currency, string order = "order-1", string seller = "seller-1") =>
        new { OrderId = order, SellerId = seller, Amount = new { Amount = amount, Currency = currency } };

    private static object Request(Ulid paymentId, string token, string? note = null) => new
    {
        PaymentId = paymentId,
        IdempotencyKey = "k1",
        MerchantId = "m1",
        PaymentMethod = new { Type = "card", Credentials = new[] { new { Psp = "stripe", Token = token } } },
        Orders = new[] { new { OrderId = "order-1", SellerId = "seller-1", Amount = new Money(700, Currency.Eur) } },
        Metadata = note is null ? null : new { Note = note },
    };

    private static string Line(DeadLetterEditedValue value) =>
        $"{value.Path}: {value.Before?.GetRawText()} -> {value.After?.GetRawText()}";

    private static async Task<JsonNode> Body(DeadLetterEdit edit) => JsonNode.Parse(Encoding.UTF8.GetString((byte[])(await OperationsApp.Sql(
        "SELECT body FROM dead_letter_edit WHERE edit_id = $1", edit.EditId!.Value.ToGuid()))!))!;

    private Task<DeadLetterEdit> Edit(Ulid id, object patch) =>
        _letters.Done<DeadLetterEdit>($"{id}/edit", Wish(patch), HttpStatusCode.Accepted);
}
