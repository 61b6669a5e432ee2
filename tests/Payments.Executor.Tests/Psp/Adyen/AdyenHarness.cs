using System.Text.Json;
using Payments.Executor.Psp;
using Payments.Executor.Tests.Sandbox;

namespace Payments.Executor.Tests.Psp.Adyen;

/// <summary>The harness with an account at Adyen, and whoever takes its webhooks.</summary>
internal sealed class AdyenHarness : IAsyncDisposable
{
    public const string Account = "adyen-eu";
    public const string HmacKey = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";

    private AdyenHarness(PspHarness psp, WebhookReceiver webhooks)
    {
        Psp = psp;
        Webhooks = webhooks;
    }

    public PspHarness Psp { get; }

    public WebhookReceiver Webhooks { get; }

    public PspConnection Connection => Psp.Connection(Account);

    public static async Task<AdyenHarness> StartAsync(
        Dictionary<string, string?>? settings = null, TimeProvider? pipelineTime = null, TimeProvider? sandboxTime = null)
    {
        var webhooks = WebhookReceiver.Start();
        var all = Settings(webhooks.Address);
        foreach (var (name, value) in settings ?? [])
            all[name] = value;
        return new AdyenHarness(await PspHarness.StartAsync(all, pipelineTime, sandboxTime), webhooks);
    }

    public static Dictionary<string, string?> Settings(Uri webhooks) => new()
    {
        [$"Sandbox:Accounts:{Account}:Psp"] = "adyen",
        [$"Sandbox:Accounts:{Account}:SecretKey"] = PspHarness.SecretKey,
        [$"Sandbox:Accounts:{Account}:Port"] = "0",
        [$"Sandbox:Accounts:{Account}:WebhookUrl"] = webhooks.AbsoluteUri,
        [$"Sandbox:Accounts:{Account}:WebhookSecret"] = HmacKey,
        ["Sandbox:SettleSeconds"] = "0.05",
        [$"Psp:Connections:{Account}:Adapter"] = "adyen",
        [$"Psp:Connections:{Account}:SecretKey"] = PspHarness.SecretKey,
        [$"Psp:Connections:{Account}:Account"] = Account,
    };

    public string ReferenceOf(PspOperation operation) => Connection.Adapter.ReferenceOf(operation.OperationId);

    public Task<PspResult> SendAsync(PspOperation operation, PspSend? send = null) =>
        Psp.SendAsync(operation, send, Connection);

    public Task<string> ApprovedAsync(PspStep step, string token) => Psp.ApprovedAsync(step, token, Connection);

    /// <summary>Sends a modification, and waits for the webhook that tells of it.</summary>
    public async Task<JsonElement> DoneAsync(PspOperation modification, string eventCode)
    {
        var result = await SendAsync(modification);
        result.Outcome.Kind.ShouldBe(OutcomeKind.Pending, result.Outcome.ToString());
        return await Webhooks.ItemAsync(eventCode, ReferenceOf(modification));
    }

    public Task<JsonElement[]> BookedAsync(PspOperation operation) => Psp.BookedAsync(ReferenceOf(operation));

    public async ValueTask DisposeAsync()
    {
        await Psp.DisposeAsync();
        await Webhooks.DisposeAsync();
    }
}

/// <summary>One harness for the tests of a class that set no faults.</summary>
public sealed class AdyenHarnessFixture : IAsyncLifetime
{
    internal AdyenHarness Harness { get; private set; } = null!;

    public async Task InitializeAsync() => Harness = await AdyenHarness.StartAsync();

    public async Task DisposeAsync() => await Harness.DisposeAsync();
}
