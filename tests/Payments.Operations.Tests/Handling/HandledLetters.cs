using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Payments.Contracts;
using Payments.Operations.Collecting;
using Payments.Operations.Handling;
using Payments.Operations.Tests.Collecting;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Handling;

/// <summary>Letters of a test's own, through the broker and a real collector, and what is done about them over HTTP.</summary>
internal sealed class HandledLetters : IAsyncDisposable
{
    private readonly OperationsApp _app;
    private DeadLetterCollector? _collector;
    private int _published;

    private HandledLetters(OperationsApp app, LetterBox box)
    {
        _app = app;
        Box = box;
    }

    public LetterBox Box { get; }

    public static async Task<HandledLetters> Open(OperationsApp app)
    {
        var letters = new HandledLetters(app, await LetterBox.Open());
        letters._collector = await letters.Box.Collect();
        return letters;
    }

    public async ValueTask DisposeAsync()
    {
        await _collector!.StopAsync(CancellationToken.None);
        _collector.Dispose();
        await Box.DisposeAsync();
    }

    /// <summary>A command that pays an order of a payment that nobody knows; it has money, and is always of the same group.</summary>
    public Task<Ulid> CreditWallets() => Envelope(nameof(Contracts.CreditWallets), Credit(Ulid.NewUlid()));

    /// <summary>A message that is no payment's.</summary>
    public Task<Ulid> WithoutMoney() => Envelope("Nothing", new { Note = "nothing" });

    public static object Credit(Ulid paymentId) => new
    {
        PaymentId = paymentId,
        OperationId = $"{paymentId}/credit/1",
        Atomic = true,
        Lines = new[] { new { OrderId = "order-1", SellerId = "seller-1", Amount = new Money(700, Currency.Eur) } },
    };

    public Task<Ulid> Envelope(string type, object message) => Body(JsonSerializer.Serialize(
        new
        {
            MessageId = Ulid.NewUlid(),
            MessageType = new[] { $"urn:message:Payments.Contracts:{type}" },
            Message = message,
            Headers = new { Kept = "as it is" },
        },
        ContractJson.Options));

    /// <summary>Publishes it, and waits until it is collected.</summary>
    public Task<Ulid> Body(string body) => Publish(Encoding.UTF8.GetBytes(body), Ulid.NewUlid().ToGuid().ToString(), []);

    /// <summary>What arrived fails again.</summary>
    public Task<Ulid> Return(BasicGetResult arrived) => Publish(
        arrived.Body.ToArray(), arrived.BasicProperties.MessageId!, new Dictionary<string, object?>(arrived.BasicProperties.Headers!));

    private async Task<Ulid> Publish(byte[] body, string messageId, Dictionary<string, object?> headers)
    {
        await Box.Publish(body, p =>
        {
            p.MessageId = messageId;
            p.Headers = new Dictionary<string, object?>(headers)
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = "System.InvalidOperationException",
                ["MT-Fault-Message"] = "The wallet is bewitched.",
                ["MT-Fault-Timestamp"] = DateTimeOffset.UtcNow.ToString("o"),
                ["MT-Fault-StackTrace"] = "   at Payments.Toy.Fail() in /src/Toy.cs:line 7",
            };
        });
        return (await Box.Await(++_published))[^1].Id;
    }

    /// <summary>Letters that were collected here have been deleted since.</summary>
    public void Forget(int letters) => _published -= letters;

    public static async Task<Ulid> GroupOf(Ulid letterId) => Ulid.FromGuid((Guid)(await OperationsApp.Sql(
        "SELECT group_id FROM dead_letter WHERE letter_id = $1", letterId.ToGuid()))!);

    public Task<HttpResponseMessage> Post(string path, object body) =>
        _app.Post($"/v1/dead-letters/{path}", body as string ?? JsonSerializer.Serialize(body, ContractJson.Options));

    public async Task<T> Done<T>(string path, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await Post(path, body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        return JsonSerializer.Deserialize<T>(text, ContractJson.Options)!;
    }

    public async Task<T> Get<T>(string path)
    {
        using var response = await _app.Http.GetAsync(new Uri($"/v1/dead-letters/{path}", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize<T>(text, ContractJson.Options)!;
    }

    /// <summary>A 400 with these broken rules, after which everything is as it was.</summary>
    public async Task Breaks(Ulid id, string path, object body, params string[] rules)
    {
        var before = await Everything(id);
        using var response = await Post(path, body);
        (await response.BrokenRules()).ShouldBe(rules);
        (await Everything(id)).ShouldBe(before);
    }

    /// <summary>A refusal whose sentence holds all these words, after which everything is as it was.</summary>
    public async Task Refuses(Ulid id, string path, object body, HttpStatusCode status, string type, params string[] words)
    {
        var before = await Everything(id);
        using var response = await Post(path, body);
        var detail = (await response.Problem(status, type)).GetProperty("detail").GetString()!;
        foreach (var word in words)
            detail.ShouldContain(word);
        (await Everything(id)).ShouldBe(before);
    }

    /// <summary>What is recorded of a letter or group, oldest first: actor, action, reason, before, after.</summary>
    public static async Task<string> Actions(Ulid id) => (string)(await OperationsApp.Sql(
        """
        SELECT coalesce(string_agg(concat_ws(' ', actor, action, '"' || reason || '"', before, after), e'\n' ORDER BY action_id), '')
        FROM operator_action WHERE subject = $1
        """,
        id.ToString()))!;

    /// <summary>A replay of another part of the product's making, in some state.</summary>
    public static async Task<Ulid> Replay(Ulid letterId, string state, string? outcome = null, Ulid? editId = null)
    {
        var id = Ulid.NewUlid();
        await OperationsApp.Sql(
            """
            INSERT INTO dead_letter_replay (replay_id, letter_id, state, destination, to_exchange, repeatable, verdict, judged,
                                            forced, requested_by, reason, outcome, edit_id)
            VALUES ($1, $2, $3, 'wallets', false, true, 'safe', '{}', false, 'rosa', 'mended', $4, $5)
            """,
            id.ToGuid(), letterId.ToGuid(), state, outcome ?? (object)DBNull.Value, editId?.ToGuid() ?? (object)DBNull.Value);
        return id;
    }

    public static Task<object?> SetState(Ulid letterId, string state, string? outcome = null) => OperationsApp.Sql(
        "UPDATE dead_letter SET state = $2, outcome = $3 WHERE letter_id = $1",
        letterId.ToGuid(), state, outcome ?? (object)DBNull.Value);

    /// <summary>It was done with so many days ago.</summary>
    public static Task<object?> Age(Ulid id, int days) => OperationsApp.Sql(
        "UPDATE dead_letter SET changed_at = now() - make_interval(days => $2) WHERE letter_id = $1", id.ToGuid(), days);

    /// <summary>Deletes letters whose time is over. Others of the same database may do the same meanwhile.</summary>
    public static async Task DeleteOld()
    {
        using var retention = new LetterRetention(
            LetterBox.Database, new RetentionOptions(), TimeProvider.System, NullLogger<LetterRetention>.Instance);
        await Eventually.Async(
            "old letters to be deleted", LetterBox.Deadline, () => retention.DeleteSet(CancellationToken.None), deleted => deleted == 0);
    }

    private static async Task<string> Everything(Ulid id) => (string)(await OperationsApp.Sql(
        """
        SELECT jsonb_build_object(
            'letter', (SELECT to_jsonb(l) FROM dead_letter l WHERE letter_id = $1),
            'group', (SELECT to_jsonb(g) FROM dead_letter_group g WHERE group_id = $1),
            'replays', (SELECT jsonb_agg(r ORDER BY replay_id) FROM dead_letter_replay r WHERE letter_id = $1),
            'edits', (SELECT count(*) FROM dead_letter_edit WHERE letter_id = $1),
            'notes', (SELECT count(*) FROM dead_letter_note WHERE $1 IN (letter_id, group_id)),
            'actions', (SELECT count(*) FROM operator_action WHERE subject = $2))::text
        """,
        id.ToGuid(), id.ToString()))!;
}
