using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Payments.Contracts;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Psp.Square;
using Payments.Executor.Tests.Psp.Adyen;
using Payments.Messaging;
using Payments.Sandbox;
using Payments.Testing;

namespace Payments.Executor.Tests.Executing;

/// <summary>
/// The PSP has done it, and before it has answered, the process is killed. The next one finds a row without an outcome: each
/// kind of PSP is asked in its own way, and charges once.
/// </summary>
[Collection(ExecutorProcess.Name)]
public sealed class When_a_process_dies_at_a_call : IAsyncLifetime
{
    private const string Account = "account-1";
    private const string Key = "sk_test_of_these_tests";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Ulid _paymentId = Ulid.NewUlid();
    private readonly string _journal = Path.GetTempFileName();
    private SandboxHost _sandbox = null!;
    private BrokerClient _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await BrokerClient.Connect("executor");
        await _broker.Hear<OrderCaptured>();
        await _broker.Hear<OrderAuthorized>();
        await _broker.Hear<OrderVoided>();
        await _broker.Hear<OrderInDoubt>();
        await _broker.Hear<OrderDeclined>();
        await _broker.Hear<OrderNotAttempted>();
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _sandbox.DisposeAsync();
        File.Delete(_journal);
    }

    [Fact]
    public async Task Should_search_at_braintree_and_not_send_it_again()
    {
        await StartSandbox("braintree");
        var settings = Braintree();
        var operationId = await DieAtCall("charge", settings);

        await using var next = await ExecutorProcess.Start(settings);

        var captured = (await _broker.Await<OrderCaptured>(1, IsOurs)).ShouldHaveSingleItem().Message;
        var booked = (await Booked(operationId)).ShouldHaveSingleItem();
        (booked.GetProperty("captured").GetInt64(), booked.GetProperty("refunded").GetInt64()).ShouldBe((1999, 0));
        // What the API calls it, and what the settlement files do.
        var legacyId = booked.GetProperty("paymentIntent").GetString();
        (await ExecutorProcess.Query(
            "SELECT state, outcome, psp_reference, settlement_reference FROM ops_operation_v1 WHERE operation_id = $1",
            Sql.Value(operationId)))
            .ShouldHaveSingleItem().ShouldBe(["settled", "approved", captured.PspReference, legacyId]);
        captured.PspReference.ShouldNotBe(legacyId);
    }

    [Fact]
    public async Task Should_not_send_it_again_to_braintree_when_nothing_is_found()
    {
        await StartSandbox("braintree");
        // Takes the call in, and is not the PSP.
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var operationId = await DieAtCall(
            "charge",
            new(Braintree()) { ["BaseAddress"] = $"http://{nobody.LocalEndpoint}/" },
            async id => (await ExecutorProcess.Query("SELECT 1 FROM operation WHERE operation_id = $1", Sql.Value(id))).Count == 1);

        await using var next = await ExecutorProcess.Start(Braintree());

        var doubt = (await _broker.Await<OrderInDoubt>(1, m => m.PaymentId == _paymentId)).ShouldHaveSingleItem().Message;
        (doubt.OperationId, doubt.Reason).ShouldBe((operationId, "replay_not_allowed"));
        (await Booked(operationId)).ShouldBeEmpty();
        (await ExecutorProcess.Query("SELECT state, first_absent_at IS NOT NULL FROM operation WHERE operation_id = $1", Sql.Value(operationId)))
            .ShouldHaveSingleItem().ShouldBe(["open", "True"]);
    }

    [Fact]
    public async Task Should_repeat_it_at_adyen_under_its_key()
    {
        await StartSandbox("adyen");
        var settings = Adyen();
        var operationId = await DieAtCall("charge", settings);

        await using var next = await ExecutorProcess.Start(settings);

        await _broker.Await<OrderCaptured>(1, IsOurs);
        (await Booked(operationId)).ShouldHaveSingleItem().GetProperty("captured").GetInt64().ShouldBe(1999);
    }

    /// <summary>No look finds it there; sent again, it would charge a buyer who has gone. The saga asks, and knows whether to.</summary>
    [Fact]
    public async Task Should_not_repeat_it_at_adyen_after_its_time()
    {
        await StartSandbox("adyen");
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var operationId = await DieAtCall(
            "charge",
            new(Adyen()) { ["BaseAddress"] = $"http://{nobody.LocalEndpoint}/" },
            async id => (await ExecutorProcess.Query("SELECT 1 FROM operation WHERE operation_id = $1", Sql.Value(id))).Count == 1);
        await EndTime(operationId);

        await using var next = await ExecutorProcess.Start(Adyen());

        var doubt = (await _broker.Await<OrderInDoubt>(1, m => m.PaymentId == _paymentId)).ShouldHaveSingleItem().Message;
        (doubt.OperationId, doubt.Reason).ShouldBe((operationId, "not_after_passed"));
        (await Booked(operationId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_look_at_square_and_not_repeat_it_after_its_time()
    {
        await StartSandbox("square");
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var operationId = await DieAtCall(
            "charge",
            new(Square()) { ["BaseAddress"] = $"http://{nobody.LocalEndpoint}/" },
            async id => (await ExecutorProcess.Query("SELECT 1 FROM operation WHERE operation_id = $1", Sql.Value(id))).Count == 1);
        await EndTime(operationId);

        await using var next = await ExecutorProcess.Start(Square());

        var doubt = (await _broker.Await<OrderInDoubt>(1, m => m.PaymentId == _paymentId)).ShouldHaveSingleItem().Message;
        (doubt.OperationId, doubt.Reason).ShouldBe((operationId, "not_found"));
        (await Booked(operationId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_find_at_square_what_was_done_though_its_time_is_up()
    {
        await StartSandbox("square");
        var operationId = await DieAtCall("charge", Square());
        await EndTime(operationId);

        await using var next = await ExecutorProcess.Start(Square());

        await _broker.Await<OrderCaptured>(1, IsOurs);
        (await Booked(operationId)).ShouldHaveSingleItem().GetProperty("captured").GetInt64().ShouldBe(1999);
    }

    [Fact]
    public async Task Should_release_at_adyen_what_nobody_wants_any_more()
    {
        await StartSandbox("adyen");
        var operationId = await DieAtCall("authorize", Adyen());
        // The command has come to its end somewhere else; only the question is left.
        await _broker.Take(Routes.Executor(ExecutorProcess.Connection), body => body.Contains(operationId));
        // What the PSP had to say meanwhile never came.
        await _sandbox.DisposeAsync();
        await StartSandbox("adyen", new Uri(ExecutorProcess.Address, $"webhooks/{ExecutorProcess.Connection}"));
        await using var next = await ExecutorProcess.Start(Adyen());

        await _broker.Send(Routes.ExecutorControl(ExecutorProcess.Connection), Ulid.NewUlid().ToGuid(), new ResolveOrder
        {
            PaymentId = _paymentId,
            OrderId = "order-1",
            OperationId = operationId,
            Connection = ExecutorProcess.Connection,
            Amount = new Money(1999, Currency.Usd),
            Forward = false,
            Look = 1,
        });

        var declined = (await _broker.Await<OrderDeclined>(1, m => m.PaymentId == _paymentId)).ShouldHaveSingleItem().Message;
        (declined.OperationId, declined.Reason).ShouldBe((operationId, "authorization_canceled"));
        var booked = (await Booked(operationId)).ShouldHaveSingleItem();
        (booked.GetProperty("canceled").GetBoolean(), booked.GetProperty("captured").GetInt64()).ShouldBe((true, 0));
        _broker.Heard<OrderInDoubt>(m => m.PaymentId == _paymentId).ShouldAllBe(h => h.Message.Reason == "cancel_requested");
        _broker.HasHeard<OrderAuthorized>(m => m.PaymentId == _paymentId).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_void_at_square_by_the_key_of_what_nobody_wants_any_more()
    {
        await StartSandbox("square");
        var settings = Square();
        var operationId = await DieAtCall("authorize", settings);
        await _broker.Take(Routes.Executor(ExecutorProcess.Connection), body => body.Contains(operationId));
        await using var next = await ExecutorProcess.Start(settings);

        await _broker.Send(Routes.ExecutorControl(ExecutorProcess.Connection), Ulid.NewUlid().ToGuid(), new VoidOrder
        {
            PaymentId = _paymentId,
            OrderId = "order-1",
            OperationId = $"{_paymentId}/order-1/void/1",
            Undoes = operationId,
            Connection = ExecutorProcess.Connection,
            Amount = new Money(1999, Currency.Usd),
        });

        await _broker.Await<OrderVoided>(1, m => m.PaymentId == _paymentId);
        (await Booked(operationId)).ShouldHaveSingleItem().GetProperty("canceled").GetBoolean().ShouldBeTrue();
    }

    private bool IsOurs(OrderCaptured captured) => captured.PaymentId == _paymentId;

    /// <summary>Sends a command; once the PSP has the call, kills whoever waits for its answer. Gives the operation's id.</summary>
    private async Task<string> DieAtCall(
        string step, Dictionary<string, string> settings, Func<string, Task<bool>>? hasArrived = null)
    {
        var operationId = $"{_paymentId}/order-1/{step}/1";
        await using (await ExecutorProcess.Start(settings))
        {
            await Send(step, operationId);
            hasArrived ??= async id => (await Booked(id)).Length == 1;
            await Eventually.Async("the call to arrive", Deadline, () => hasArrived(operationId));
        }

        await ExecutorProcess.EndLease(operationId);
        return operationId;
    }

    private static async Task EndTime(string operationId) => (await ExecutorProcess.Query(
        "UPDATE operation SET not_after = now() - interval '1 second' WHERE operation_id = $1 RETURNING state", Sql.Value(operationId)))
        .ShouldHaveSingleItem().ShouldBe(["sent"]);

    private Task Send(string step, string operationId)
    {
        var queue = Routes.Executor(ExecutorProcess.Connection);
        var credential = new Credential { Psp = "any", Token = ExecutorProcess.Encrypt("pm_sandbox_stalled", _paymentId), Reusable = true };
        var amount = new Money(1999, Currency.Usd);
        var notAfter = TimeProvider.System.GetUtcNow().AddMinutes(10);
        return step == "charge"
            ? _broker.Send(queue, Ulid.NewUlid().ToGuid(), new ChargeOrder
            {
                PaymentId = _paymentId,
                OrderId = "order-1",
                OperationId = operationId,
                Connection = ExecutorProcess.Connection,
                Amount = amount,
                Credential = credential,
                NotAfter = notAfter,
            })
            : _broker.Send(queue, Ulid.NewUlid().ToGuid(), new AuthorizeOrder
            {
                PaymentId = _paymentId,
                OrderId = "order-1",
                OperationId = operationId,
                Connection = ExecutorProcess.Connection,
                Amount = amount,
                Credential = credential,
                NotAfter = notAfter,
            });
    }

    private async Task StartSandbox(string psp, Uri? webhooks = null) =>
        _sandbox = await SandboxHost.StartAsync(new Dictionary<string, string?>
        {
            [$"Sandbox:Accounts:{Account}:Psp"] = psp,
            [$"Sandbox:Accounts:{Account}:SecretKey"] = Key,
            [$"Sandbox:Accounts:{Account}:WebhookUrl"] = webhooks?.AbsoluteUri,
            [$"Sandbox:Accounts:{Account}:WebhookSecret"] = AdyenHarness.HmacKey,
            ["Sandbox:StalledSeconds"] = "300",
            ["Sandbox:SettleSeconds"] = "0.05",
            ["Sandbox:JournalFile"] = _journal,
        });

    private Dictionary<string, string> Braintree() => new()
    {
        ["Adapter"] = "braintree",
        ["BaseAddress"] = _sandbox.AddressOf(Account).AbsoluteUri,
        ["SecretKey"] = Key,
        ["PublicKey"] = "public",
        ["Account"] = Account,
        ["Webhook__Secrets__0"] = "public|private",
    };

    private Dictionary<string, string> Adyen() => new()
    {
        ["Adapter"] = AdyenAdapter.AdapterName,
        ["BaseAddress"] = _sandbox.AddressOf(Account).AbsoluteUri,
        ["SecretKey"] = Key,
        ["Account"] = Account,
        ["Webhook__Secrets__0"] = AdyenHarness.HmacKey,
    };

    private Dictionary<string, string> Square() => new()
    {
        ["Adapter"] = SquareAdapter.AdapterName,
        ["BaseAddress"] = _sandbox.AddressOf(Account).AbsoluteUri,
        ["SecretKey"] = Key,
        ["Account"] = "location-1",
        ["Webhook__Secrets__0"] = "signature-key",
        ["Webhook__NotificationUrl"] = "https://payments.example/webhooks/square",
    };

    /// <summary>What the PSP's own book holds for an operation, by whichever name the PSP knows it.</summary>
    private async Task<JsonElement[]> Booked(string operationId)
    {
        using var http = new HttpClient { BaseAddress = _sandbox.Address };
        var page = await http.GetFromJsonAsync<JsonElement>("sandbox/charges?limit=1000");
        string[] names =
        [
            operationId, new AdyenAdapter(Account).ReferenceOf(operationId), new SquareAdapter(Account).ReferenceOf(operationId),
        ];
        return
        [
            .. page.GetProperty("data").EnumerateArray().Where(e => names.Contains(e.GetProperty("operationId").GetString())),
        ];
    }
}
