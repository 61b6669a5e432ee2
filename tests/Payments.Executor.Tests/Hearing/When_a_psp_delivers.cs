using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Payments.Contracts;
using Payments.Executor.Tests.Executing;
using Payments.Executor.Tests.Psp.Webhooks;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Executor.Tests.Hearing;

/// <summary>Notifications over a real socket to a real server, whose way to its database can be cut.</summary>
[Collection(ExecutorProcess.Name)]
public sealed class When_a_psp_delivers : IAsyncLifetime, IAsyncDisposable
{
    private const string OldSecret = "whsec_old";
    private const string NewSecret = "whsec_new";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private Wire _toDatabase = null!;
    private WorkerProcess _executor = null!;

    public async Task InitializeAsync()
    {
        var database = new NpgsqlConnectionStringBuilder(RunDirectory.ConnectionString("executor", "Database"));
        _toDatabase = new Wire(database.Host!, database.Port);
        await Start(OldSecret, NewSecret);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _executor.DisposeAsync();
        await _toDatabase.DisposeAsync();
    }

    [Fact]
    public async Task Should_take_what_either_of_two_secrets_signed_and_later_only_the_new_one()
    {
        (await Send(Event(), OldSecret)).Status.ShouldBe(HttpStatusCode.OK);
        (await Send(Event(), NewSecret)).Status.ShouldBe(HttpStatusCode.OK);
        (await Send(Event(), "whsec_older")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        await _executor.DisposeAsync();
        await Start(NewSecret);

        var old = Event();
        (await Send(old, OldSecret)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await Stored(IdOf(old))).ShouldBeEmpty();
        (await Send(Event(), NewSecret)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_lose_nothing_while_the_database_is_away()
    {
        var notification = Event();
        _toDatabase.OnAnswer = _ => Fate.Cut;

        var (status, retryAfter) = await Send(notification, NewSecret);

        (status, retryAfter).ShouldBe((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30)));
        (await Stored(IdOf(notification))).ShouldBeEmpty();

        _toDatabase.OnAnswer = _ => Fate.Pass;
        // As the PSP does it: again and again.
        await Eventually.Async(
            "the notification to be taken", Deadline, async () => (await Send(notification, NewSecret)).Status == HttpStatusCode.OK);
        (await Stored(IdOf(notification))).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("evt_\0")]
    [InlineData("evt_ of two words\n")]
    [InlineData("")]
    [InlineData(4000)]
    public async Task Should_store_once_what_has_an_odd_id(object id)
    {
        var notification = Event();
        // No other test may have the same body.
        notification["nonce"] = Ulid.NewUlid().ToString();
        notification["id"] = id as string ?? new string('x', (int)id);

        (await Send(notification, NewSecret)).Status.ShouldBe(HttpStatusCode.OK);
        (await Send(notification, NewSecret)).Status.ShouldBe(HttpStatusCode.OK);

        var row = (await ExecutorProcess.Query(
            """
            SELECT w.type, w.state FROM webhook w JOIN webhook_body b USING (body_id)
            WHERE convert_from(b.body, 'UTF8') LIKE '%' || $1 || '%'
            """,
            Sql.Value(notification["nonce"]!.GetValue<string>()))).ShouldHaveSingleItem();
        row.ShouldBe(["unreadable", "kept"]);
    }

    [Fact]
    public async Task Should_store_once_what_comes_many_times_at_once()
    {
        var notification = Event();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Send(notification, NewSecret)));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        (await Stored(IdOf(notification))).ShouldHaveSingleItem();
    }

    private static JsonObject Event() => new() { ["id"] = $"evt_{Ulid.NewUlid()}", ["type"] = "payout.paid" };

    private static string IdOf(JsonObject notification) => notification["id"]!.GetValue<string>();

    private static Task<IReadOnlyList<string?[]>> Stored(string eventId) =>
        ExecutorProcess.Query("SELECT state FROM webhook WHERE event_id = $1", Sql.Value(eventId));

    private async Task Start(params string[] secrets)
    {
        var database = new NpgsqlConnectionStringBuilder(RunDirectory.ConnectionString("executor", "Database"))
        {
            Port = _toDatabase.Port,
        };
        _executor = await ExecutorProcess.Start(
            secrets.Select((secret, i) => KeyValuePair.Create($"Webhook__Secrets__{i}", secret)).ToDictionary(),
            new() { ["ConnectionStrings__Database"] = database.ConnectionString });
    }

    private static Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> Send(JsonObject notification, string secret) =>
        Deliveries.Send(
            WebhookSigning.StripeDelivery(notification.ToJsonString(), TimeProvider.System.GetUtcNow(), secret));
}
