using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Executor.Hearing;
using Payments.Executor.Tests.Executing;
using Payments.Executor.Tests.Psp.Webhooks;
using Payments.Messaging;
using Payments.Sandbox;
using Payments.Testing;

namespace Payments.Executor.Tests.Hearing;

/// <summary>It speaks of an operation that is not stored yet, or was never sent: it is looked into again until it fits.</summary>
[Collection(ExecutorProcess.Name)]
public sealed class When_a_notification_is_early : IAsyncLifetime
{
    private const string Secret = "whsec_of_these_tests";
    private const string Key = "sk_test_of_these_tests";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly Ulid _paymentId = Ulid.NewUlid();
    private SandboxHost _sandbox = null!;
    private WorkerProcess _executor = null!;
    private BrokerClient _broker = null!;

    private string OperationId => $"{_paymentId}/order-1/charge/1";

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxHost.StartAsync(new Dictionary<string, string?>
        {
            ["Sandbox:Accounts:a:SecretKey"] = Key,
            ["Sandbox:Accounts:a:Port"] = "0",
        });
        _broker = await BrokerClient.Connect("executor");
        await _broker.Hear<OrderCaptured>();
        _executor = await ExecutorProcess.Start(
            new()
            {
                ["BaseAddress"] = _sandbox.AddressOf("a").AbsoluteUri,
                ["SecretKey"] = Key,
                ["Webhook__Secrets__0"] = Secret,
            },
            new() { ["Psp__Breaker__MinimumTries"] = "2", ["Psp__Breaker__BreakSeconds"] = "1" });
    }

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        await _broker.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Should_be_applied_when_its_operation_comes()
    {
        var eventId = await Notify();
        await AwaitResult(eventId, WebhookDecisions.NoOperation);

        await Charge(OperationId);

        await _broker.Await<OrderCaptured>(1, c => c.PaymentId == _paymentId);
        (await AwaitResult(eventId, WebhookDecisions.AgainstSettled)).ShouldBe(["applied", OperationId]);
    }

    [Fact]
    public async Task Should_settle_nothing_that_waits_unsent()
    {
        using var http = new HttpClient { BaseAddress = _sandbox.Address };
        var faults = new Uri("sandbox/accounts/a/faults", UriKind.Relative);
        using (var refused = await http.PutAsJsonAsync(faults, new { refuse = true }))
            refused.EnsureSuccessStatusCode();
        await Charge($"{_paymentId}/order-1/charge/0");
        await Charge(OperationId);
        await Eventually.Async("the charge to wait behind its breaker", Deadline, async () => (await State()) == "waiting");

        var eventId = await Notify();

        await AwaitResult(eventId, WebhookDecisions.NotCertain);
        (await State()).ShouldBe("waiting");
        using (var well = await http.DeleteAsync(faults))
            well.EnsureSuccessStatusCode();
        await _broker.Await<OrderCaptured>(1, c => c.OperationId == OperationId);
        (await AwaitResult(eventId, WebhookDecisions.AgainstSettled)).ShouldBe(["applied", OperationId]);
    }

    /// <summary>They were said while nobody could consume them, and come all at once: only the first is a look.</summary>
    [Fact]
    public async Task Should_be_looked_into_once_for_all_reminders_of_one_look()
    {
        const int Reminders = 20;
        var eventId = await Notify();
        await AwaitResult(eventId, WebhookDecisions.NoOperation);
        var webhook = (await ExecutorProcess.Query("SELECT webhook_id, looks FROM webhook WHERE event_id = $1", Sql.Value(eventId)))[0];
        var (webhookId, looks) = (Ulid.FromGuid(Guid.Parse(webhook[0]!)), int.Parse(webhook[1]!));
        var messages = Enumerable.Range(0, Reminders).Select(_ => Ulid.NewUlid().ToGuid()).ToArray();

        foreach (var message in messages)
        {
            await _broker.Send(
                Routes.ExecutorControl(ExecutorProcess.Connection),
                message,
                new ApplyWebhook { WebhookId = webhookId, Connection = ExecutorProcess.Connection, Looks = looks });
        }

        await Eventually.Async("all of them to be settled", Deadline, async () => (await ExecutorProcess.Query(
            "SELECT message_id FROM inbox WHERE message_id = ANY($1)", Sql.Value(messages))).Count == Reminders);
        var after = (await ExecutorProcess.Query("SELECT state, looks FROM webhook WHERE event_id = $1", Sql.Value(eventId)))[0];
        after[0].ShouldBe("waiting");
        // Its own reminder may have come meanwhile, and one more.
        int.Parse(after[1]!).ShouldBeInRange(looks + 1, looks + 3);
    }

    private async Task<string?> State() =>
        (await ExecutorProcess.Query("SELECT state FROM operation WHERE operation_id = $1", Sql.Value(OperationId)))
            .SingleOrDefault()?[0];

    /// <summary>Waits until the last look into a notification ended so; gives its state and its operation.</summary>
    private static async Task<string?[]> AwaitResult(string eventId, string result) => (await Eventually.Async(
        $"the notification to be {result}",
        Deadline,
        () => ExecutorProcess.Query(
            "SELECT state, operation_id, result FROM webhook WHERE event_id = $1", Sql.Value(eventId)),
        rows => rows is [[_, _, { } found]] && found == result))[0][..2];

    /// <summary>Says that a charge of nobody's knowledge succeeded under our reference, whatever became of ours. Gives the event's id.</summary>
    private async Task<string> Notify()
    {
        var eventId = $"evt_{Ulid.NewUlid()}";
        var body = new JsonObject
        {
            ["id"] = eventId,
            ["type"] = "payment_intent.succeeded",
            ["data"] = new JsonObject
            {
                ["object"] = new JsonObject
                {
                    ["id"] = "pi_of_nobody",
                    ["object"] = "payment_intent",
                    ["metadata"] = new JsonObject { ["operation_id"] = OperationId },
                },
            },
        };
        (await Deliveries.Send(WebhookSigning.StripeDelivery(body.ToJsonString(), TimeProvider.System.GetUtcNow(), Secret)))
            .Status.ShouldBe(HttpStatusCode.OK);
        return eventId;
    }

    private Task Charge(string operationId) => _broker.Send(
        Routes.Executor(ExecutorProcess.Connection), Ulid.NewUlid().ToGuid(), new ChargeOrder
        {
            PaymentId = _paymentId,
            OrderId = "order-1",
            OperationId = operationId,
            Connection = ExecutorProcess.Connection,
            Amount = new Money(1999, Currency.Usd),
            Credential = new Credential
            {
                Psp = "stripe",
                Token = ExecutorProcess.Encrypt("pm_card_visa", _paymentId),
                Reusable = true,
            },
            NotAfter = TimeProvider.System.GetUtcNow().AddMinutes(10),
        });
}
