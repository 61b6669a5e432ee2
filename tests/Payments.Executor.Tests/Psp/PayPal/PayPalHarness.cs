using Payments.Executor.Psp;
using Payments.Executor.Tests.Sandbox;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>The harness with an account at PayPal, and whoever takes its webhooks.</summary>
internal sealed class PayPalHarness : IAsyncDisposable
{
    public const string Account = "paypal-a";
    public const string ClientId = "client-1";
    public const string WebhookId = "8PT597110X687430LKGECATA";

    private PayPalHarness(PspHarness psp, WebhookReceiver webhooks)
    {
        Psp = psp;
        Webhooks = webhooks;
    }

    public PspHarness Psp { get; }

    public WebhookReceiver Webhooks { get; }

    public PspConnection Connection => Psp.Connection(Account);

    public static async Task<PayPalHarness> StartAsync(
        Dictionary<string, string?>? settings = null, TimeProvider? pipelineTime = null, TimeProvider? sandboxTime = null)
    {
        var webhooks = WebhookReceiver.Start();
        Dictionary<string, string?> all = new()
        {
            [$"Sandbox:Accounts:{Account}:Psp"] = "paypal",
            [$"Sandbox:Accounts:{Account}:SecretKey"] = PspHarness.SecretKey,
            [$"Sandbox:Accounts:{Account}:Port"] = "0",
            [$"Sandbox:Accounts:{Account}:WebhookUrl"] = webhooks.Address.AbsoluteUri,
            [$"Sandbox:Accounts:{Account}:WebhookSecret"] = WebhookId,
            [$"Psp:Connections:{Account}:PublicKey"] = ClientId,
        };
        foreach (var (name, value) in settings ?? [])
            all[name] = value;
        return new PayPalHarness(await PspHarness.StartAsync(all, pipelineTime, sandboxTime), webhooks);
    }

    public Task<PspResult> SendAsync(PspOperation operation, PspSend? send = null) =>
        Psp.SendAsync(operation, send, Connection);

    public Task<Finding> ResolveAsync(PspOperation operation, string? pspReference = null) =>
        Psp.ResolveAsync(operation, pspReference, Connection);

    /// <summary>The PSP's id of a payment that was made, which undos name.</summary>
    public Task<string> ApprovedAsync(PspStep step, string token) => Psp.ApprovedAsync(step, token, Connection);

    /// <summary>The id of its capture.</summary>
    public async Task<string> CapturedAsync(string authorization, long amount = 1999)
    {
        var result = await SendAsync(PspHarness.Operation(PspStep.Capture, target: authorization, amount: amount));
        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        return result.Outcome.PaymentReference.ShouldNotBeNull();
    }

    /// <summary>What the sandbox's own book says of a sale or an authorization.</summary>
    public async Task<long> BookedAsync(PspOperation charge, string what) =>
        (await Psp.BookedAsync(charge.OperationId)).ShouldHaveSingleItem().GetProperty(what).GetInt64();

    public async ValueTask DisposeAsync()
    {
        await Psp.DisposeAsync();
        await Webhooks.DisposeAsync();
    }
}

/// <summary>One harness for the tests of a class that set no faults.</summary>
public sealed class PayPalHarnessFixture : IAsyncLifetime
{
    internal PayPalHarness Harness { get; private set; } = null!;

    public async Task InitializeAsync() => Harness = await PayPalHarness.StartAsync();

    public async Task DisposeAsync() => await Harness.DisposeAsync();
}
