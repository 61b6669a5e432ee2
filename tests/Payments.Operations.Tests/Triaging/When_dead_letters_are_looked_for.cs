using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Tests.Collecting;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Triaging;

/// <summary>
/// Letters that went through the broker and the collector, beside payments of a test's own: one that waits with two orders, one
/// that has ended, one that nobody knows.
/// </summary>
[Collection(CollectingCollection.Name)]
public sealed class When_dead_letters_are_looked_for(OperationsApp app) : IAsyncLifetime
{
    private readonly string _merchant = $"m-{Ulid.NewUlid()}";
    private readonly string _seller = $"s-{Ulid.NewUlid()}";
    private readonly Ulid _waiting = Ulid.NewUlid();
    private readonly Ulid _ended = Ulid.NewUlid();
    private readonly Ulid _unknown = Ulid.NewUlid();
    private Guid[] Payments => [_waiting.ToGuid(), _ended.ToGuid(), _unknown.ToGuid()];

    private readonly NpgsqlDataSource _orchestrator =
        NpgsqlDataSource.Create(RunDirectory.ConnectionString("orchestrator", "Owner"));

    private LetterBox _box = null!;

    public async Task InitializeAsync()
    {
        _box = await LetterBox.Open();
        await Payment(_waiting, "Crediting", 3000, waitsFor: "wallets");
        await Order(_waiting, "1", _seller, 1000, "Captured");
        await Order(_waiting, "2", "s-other", 2000, "Captured");
        await Payment(_ended, "Completed", 500, waitsFor: null);
        await Order(_ended, "1", "s-other", 500, "Recorded");

        var hour = DateTimeOffset.UtcNow.AddMinutes(-30);
        await Letter("a", _waiting, 3000, ["1", "2"], hour);
        await Letter("b", _waiting, 1000, ["1"], hour.AddMinutes(1));
        await Letter("c", _ended, 500, ["1"], hour.AddHours(-2));
        await Letter("d", _unknown, 700, ["9"], hour.AddDays(-3), "Payments.Toy.Other()");
        await Letter("e", null, null, [], hour.AddDays(-3).AddMinutes(1), "Payments.Toy.Other()");
        using var collector = await _box.Collect();
        await _box.Await(5);
        await collector.StopAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await Execute("DELETE FROM payment_order WHERE payment_id = ANY ($1)", Payments);
        await Execute("DELETE FROM payment WHERE payment_id = ANY ($1)", Payments);
        await _orchestrator.DisposeAsync();
        await _box.DisposeAsync();
    }

    [Fact]
    public async Task Should_group_them_and_count_money_once()
    {
        var page = await Get<DeadLetterGroupPage>($"/v1/dead-letters/groups?endpoint={_box.Endpoint}");

        (page.Total, page.Next).ShouldBe((2, null));
        var (recent, old) = (page.Groups[0], page.Groups[1]);
        (recent.Letters, recent.LastHour, recent.LastDay).ShouldBe((3L, 2, 3));
        (recent.Endpoint, recent.Reason, recent.MessageType, recent.ExceptionType, recent.Frame).ShouldBe(
            (_box.Endpoint, "fault", "Payments.Contracts:CreditWallets", "System.InvalidOperationException", "Payments.Toy.Fail"));
        (recent.LastSeen - recent.FirstSeen).ShouldBe(TimeSpan.FromMinutes(121));
        recent.LastMessage.ShouldBe("The wallet of b is bewitched.");
        // Both orders of the payment that waits, once each, whatever the number of letters; nothing of the one that ended.
        recent.AtRisk.ShouldBe([new Money(3000, Currency.Eur)]);
        (old.Letters, old.LastDay).ShouldBe((2L, 0));
        old.AtRisk.ShouldBe([new Money(700, Currency.Eur)]);
    }

    [Fact]
    public async Task Should_find_groups_by_a_text_of_their_letters()
    {
        async Task<IEnumerable<long>> Found(string text)
        {
            var page = await Get<DeadLetterGroupPage>($"/v1/dead-letters/groups?endpoint={_box.Endpoint}&limit=1&text={text}");
            return page.Groups.Select(g => g.Letters).Append(page.Total);
        }

        (await Found("bewitched")).ShouldBe([3, 2]);
        (await Found($"bewitched%20{_unknown}")).ShouldBe([2, 1]);
        (await Found("nowhere")).ShouldBe([0]);
    }

    [Fact]
    public async Task Should_go_by_a_payment_that_was_accepted_after_its_letter_came()
    {
        await Payment(_unknown, "Crediting", 650, waitsFor: "wallets");
        await Order(_unknown, "9", _seller, 650, "Captured");

        var page = await Get<DeadLetterGroupPage>($"/v1/dead-letters/groups?endpoint={_box.Endpoint}");
        var asked = await List("&minAmount=700&maxAmount=700");
        var accepted = await List("&minAmount=650&maxAmount=650");

        page.Groups[1].AtRisk.ShouldBe([new Money(650, Currency.Eur)]);
        asked.Letters.ShouldBeEmpty();
        accepted.Letters.Select(l => l.PaymentId).ShouldBe([_unknown]);

        await Execute("UPDATE payment_order SET status = 'Recorded' WHERE payment_id = $1", _unknown.ToGuid());
        page = await Get<DeadLetterGroupPage>($"/v1/dead-letters/groups?endpoint={_box.Endpoint}");
        page.Groups[1].AtRisk.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_store_whether_the_payment_is_known()
    {
        await using var command = LetterBox.Database.CreateCommand(
            "SELECT payment_id FROM dead_letter WHERE queue = $1 AND payment_known ORDER BY failed_at");
        command.Parameters.Add(new NpgsqlParameter { Value = _box.Queue });
        await using var reader = await command.ExecuteReaderAsync();
        var known = new List<Ulid>();
        while (await reader.ReadAsync())
            known.Add(Ulid.FromGuid(reader.GetGuid(0)));

        known.ShouldBe([_ended, _waiting, _waiting]);
    }

    [Fact]
    public async Task Should_show_each_beside_its_payment()
    {
        var letters = (await List("")).Letters.ToDictionary(l => l.ExceptionMessage!.Split(' ')[3]);

        Context("a").ShouldBe((_waiting, "Crediting", "wallets", new Money(3000, Currency.Eur)));
        Context("b").ShouldBe((_waiting, "Crediting", "wallets", new Money(1000, Currency.Eur)));
        Context("c").ShouldBe((_ended, "Completed", null, new Money(0, Currency.Eur)));
        Context("d").ShouldBe((_unknown, null, null, new Money(700, Currency.Eur)));
        Context("e").ShouldBe(((Ulid?)null, (string?)null, (string?)null, (Money?)null));

        (Ulid?, string?, string?, Money?) Context(string name) =>
            (letters[name].PaymentId, letters[name].PaymentState, letters[name].WaitsFor, letters[name].AtRisk);
    }

    [Theory]
    [InlineData("payment={waiting}", "ba")]
    [InlineData("order=2", "a")]
    [InlineData("seller={seller}", "ba")]
    [InlineData("merchant={merchant}", "bac")]
    [InlineData("endpoint={endpoint}&reason=fault&state=open", "baced")]
    [InlineData("reason=skipped", "")]
    [InlineData("type=Payments.Contracts:CreditWallets", "baced")]
    [InlineData("exception=System.InvalidOperationException", "baced")]
    [InlineData("exception=System.Exception", "")]
    [InlineData("paymentState=Crediting", "ba")]
    [InlineData("minAmount=500&maxAmount=700", "cd")]
    [InlineData("minAmount=3000&currency=EUR", "ba")]
    [InlineData("currency=USD", "")]
    [InlineData("text=BEWITCHED wallet {ended}", "c")]
    [InlineData("text=bewi", "baced")]
    [InlineData("text=invalidoperationexception", "baced")]
    [InlineData("text={unknown}", "d")]
    [InlineData("text=bewitched nowhere", "")]
    [InlineData("text=:* | & '", null)]
    public async Task Should_find_them(string filter, string? expected)
    {
        var query = filter.Replace("{waiting}", $"{_waiting}").Replace("{unknown}", $"{_unknown}").Replace("{ended}", $"{_ended}").Replace("{seller}", _seller)
            .Replace("{merchant}", _merchant).Replace("{endpoint}", _box.Endpoint).Replace(" ", "%20").Replace("&%20'", "%26%20'");
        if (expected is null)
        {
            using var refused = await app.Http.GetAsync(new Uri($"/v1/dead-letters?queue={_box.Queue}&{query}", UriKind.Relative));
            (await refused.BrokenRules()).ShouldBe(["text format"]);
            return;
        }

        var page = await List($"&{query}");

        string.Concat(page.Letters.Select(l => l.ExceptionMessage!.Split(' ')[3])).ShouldBe(expected);
        page.Total.ShouldBe(expected.Length);
    }

    [Fact]
    public async Task Should_page_without_losing_or_repeating_any()
    {
        var shown = new List<Ulid>();
        var cursor = "";
        do
        {
            var page = await List($"&limit=2{cursor}");
            page.Letters.Count.ShouldBeInRange(1, 2);
            page.Total.ShouldBe(5);
            shown.AddRange(page.Letters.Select(l => l.LetterId));
            cursor = page.Next is null ? "" : $"&cursor={page.Next}";
        }
        while (cursor.Length > 0);

        shown.ShouldBe((await List("")).Letters.Select(l => l.LetterId));
        var groups = await Get<DeadLetterGroupPage>($"/v1/dead-letters/groups?endpoint={_box.Endpoint}&limit=1");
        var next = await Get<DeadLetterGroupPage>($"/v1/dead-letters/groups?endpoint={_box.Endpoint}&limit=1&cursor={groups.Next}");
        next.Groups.ShouldHaveSingleItem().GroupId.ShouldNotBe(groups.Groups.ShouldHaveSingleItem().GroupId);
        next.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Should_show_one_whole()
    {
        var id = (await List("&order=2")).Letters.ShouldHaveSingleItem().LetterId;

        var letter = await Get<DeadLetterDetails>($"/v1/dead-letters/{id}");

        letter.Letter.AtRisk.ShouldBe(new Money(3000, Currency.Eur));
        letter.Exceptions.ShouldBe([new DeadLetterException("System.InvalidOperationException", "The wallet of a is bewitched.")]);
        letter.StackTrace.ShouldBe("   at Payments.Toy.Fail() in /src/Toy.cs:line 7");
        (letter.Consumer, letter.Host, letter.Retries).ShouldBe(("Payments.Toy", "worker-7/42 Payments.Toy 1.2.0.0", 4));
        (letter.BodyKind, letter.BodyIsCut, letter.CardNumbers).ShouldBe(("json", false, 0));
        letter.BodyBytes.ShouldBe(Encoding.UTF8.GetByteCount(letter.Body));
        JsonDocument.Parse(letter.Body).RootElement.GetProperty("message").GetProperty("paymentId").GetString().ShouldBe($"{_waiting}");
        letter.Headers.GetProperty("headers").GetProperty("MT-Reason").GetProperty("value").GetString().ShouldBe("fault");
        var payment = letter.Payment.ShouldNotBeNull();
        (payment.PaymentId, payment.State, payment.WaitsFor, payment.Orders.Count).ShouldBe((_waiting, "Crediting", "wallets", 2));
    }

    [Fact]
    public async Task Should_refuse_what_is_unknown_or_malformed()
    {
        using var unknown = await Answer($"/v1/dead-letters/{Ulid.NewUlid()}");
        await unknown.Problem(HttpStatusCode.NotFound, "dead-letter-unknown");
        using var malformed = await Answer("/v1/dead-letters/7");
        (await malformed.BrokenRules()).ShouldBe(["id ulid"]);
        using var filter = await Answer(
            "/v1/dead-letters?group=x&reason=y&state=z&minAmount=-1&currency=eur&from=1&to=2&limit=0&cursor=?&text=-");
        (await filter.BrokenRules()).ShouldBe(
        [
            "group ulid", "reason unknown", "text format", "state unknown", "from time", "to time", "minAmount range",
            "currency currency_unknown", "cursor malformed", "limit range",
        ]);
        using var name = await Answer("/v1/dead-letters?colour=red");
        (await name.BrokenRules()).ShouldBe(["colour unknown"]);
        using var groups = await Answer("/v1/dead-letters/groups?reason=y&order=1");
        (await groups.BrokenRules()).ShouldBe(["order unknown"]);
        using var range = await Answer("/v1/dead-letters?minAmount=2&maxAmount=1");
        (await range.BrokenRules()).ShouldBe(["minAmount range"]);
    }

    [Fact]
    public async Task Should_list_the_queues_of_the_broker()
    {
        var queues = (await Get<QueueList>("/v1/queues")).Queues.ToDictionary(q => q.Queue);

        queues[Routes.Queries].HoldsDeadLetters.ShouldBeFalse();
        queues[$"{Routes.Wallets}_error"].HoldsDeadLetters.ShouldBeTrue();
        queues[Routes.Unrouted].HoldsDeadLetters.ShouldBeTrue();
        queues.Keys.ShouldBe(queues.Keys.Order(StringComparer.Ordinal));
    }

    private Task<DeadLetterPage> List(string filter) => Get<DeadLetterPage>($"/v1/dead-letters?queue={_box.Queue}{filter}");

    private async Task<T> Get<T>(string path)
        where T : class =>
        (await app.Http.GetFromJsonAsync<T>(path, ContractJson.Options)).ShouldNotBeNull();

    private Task<HttpResponseMessage> Answer(string path) => app.Http.GetAsync(new Uri(path, UriKind.Relative));

    private Task Letter(
        string name, Ulid? paymentId, long? amount, string[] orders, DateTimeOffset failedAt, string method = "Payments.Toy.Fail()")
    {
        var lines = orders.Select((o, i) => new
        {
            OrderId = o,
            Amount = new Money(i == 0 ? amount!.Value - (orders.Length - 1) : 1, Currency.Eur),
        });
        var envelope = new
        {
            MessageId = $"{name}-{Ulid.NewUlid()}",
            MessageType = new[] { "urn:message:Payments.Contracts:CreditWallets" },
            Message = new { PaymentId = paymentId, Name = name, Lines = lines },
        };
        return _box.Publish(JsonSerializer.SerializeToUtf8Bytes(envelope, ContractJson.Options), p =>
        {
            p.MessageId = envelope.MessageId;
            p.Headers = new Dictionary<string, object?>
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = "System.InvalidOperationException",
                ["MT-Fault-Message"] = $"The wallet of {name} is bewitched.",
                ["MT-Fault-Timestamp"] = failedAt.UtcDateTime.ToString("o"),
                ["MT-Fault-StackTrace"] = $"   at {method} in /src/Toy.cs:line 7",
                ["MT-Fault-ConsumerType"] = "Payments.Toy",
                ["MT-Fault-RetryCount"] = 4,
                ["MT-Host-MachineName"] = "worker-7",
                ["MT-Host-ProcessId"] = "42",
                ["MT-Host-Assembly"] = "Payments.Toy",
                ["MT-Host-AssemblyVersion"] = "1.2.0.0",
            };
        });
    }

    private Task Payment(Ulid id, string state, long amount, string? waitsFor) => Execute(
        """
        INSERT INTO payment (payment_id, version, state, merchant_id, fulfilment_policy, currency, amount_minor, outstanding,
                             in_doubt, batch, firings, deadline_epoch, deadline_at, waits_for)
        VALUES ($1, 1, $2, $3, 'BestEffort', 'EUR', $4, 0, 0, 1, 0, 1, $5::timestamptz, $6)
        """,
        id.ToGuid(), state, _merchant, amount, waitsFor is null ? DBNull.Value : "2100-01-01T00:00:00Z", (object?)waitsFor ?? DBNull.Value);

    private Task Order(Ulid payment, string id, string seller, long amount, string status) => Execute(
        """
        INSERT INTO payment_order (payment_id, order_id, position, seller_id, amount_minor, fee_minor, status, doubt, attempt,
                                   tried, looks, batch, debt)
        VALUES ($1, $2, $3, $4, $5, 0, $6, 'None', 1, '{}', 0, 1, false)
        """,
        payment.ToGuid(), id, int.Parse(id), seller, amount, status);

    private async Task Execute(string sql, params object[] parameters)
    {
        await using var command = _orchestrator.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await command.ExecuteNonQueryAsync();
    }
}
