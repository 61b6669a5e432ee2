using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Braintree;
using Payments.Sandbox;

namespace Payments.Judges.Tests.Kit;

/// <summary>Everything that an adapter ever sends, sent once: through pipeline and recorder to the sandbox.</summary>
internal sealed class AdapterJourney
{
    private const string Account = "judged";
    private const string Key = "sk_test_judge";
    private const long Whole = 1999;

    private readonly JudgedPsp _psp;
    private readonly PspConnection _connection;
    private readonly Uri _sandbox;
    private int _operations;

    private AdapterJourney(JudgedPsp psp, PspConnection connection, Uri sandbox)
    {
        _psp = psp;
        _connection = connection;
        _sandbox = sandbox;
    }

    public static async Task<IReadOnlyList<SentRequest>> SentBy(JudgedPsp psp)
    {
        await using var sandbox = await SandboxHost.StartAsync(new Dictionary<string, string?>
        {
            [$"Sandbox:Accounts:{Account}:Psp"] = psp.Name,
            [$"Sandbox:Accounts:{Account}:SecretKey"] = Key,
        });
        await using var recorder = await Recorder.StartAsync(sandbox.AddressOf(Account));
        Dictionary<string, string?> settings = new()
        {
            [$"Psp:Connections:{Account}:Adapter"] = psp.Name,
            [$"Psp:Connections:{Account}:BaseAddress"] = recorder.Address.AbsoluteUri,
            [$"Psp:Connections:{Account}:SecretKey"] = Key,
            // A busy machine must not look like a slow PSP.
            ["Psp:Pipeline:ConnectLimitSeconds"] = "10",
        };
        foreach (var (name, value) in psp.Settings)
            settings[$"Psp:Connections:{Account}:{name}"] = value;
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddPspConnections(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        services.GetRequiredService<PspConnections>().TryGet(Account, out var connection).ShouldBeTrue();

        var journey = new AdapterJourney(psp, connection!, sandbox.AddressOf(Account));
        await journey.GoAsync();
        return [.. recorder.Sent, .. journey.LaterPages()];
    }

    private async Task GoAsync()
    {
        var sale = await DoAsync(PspStep.Sale);
        await SettleAsync(sale);
        await DoAsync(PspStep.Refund, sale, 500);
        await DoAsync(PspStep.Refund, sale, Whole - 500);
        await DoAsync(PspStep.Capture, await DoAsync(PspStep.Authorize), Whole);
        await DoAsync(PspStep.Capture, await DoAsync(PspStep.Authorize), 1000);
        await DoAsync(PspStep.Void, await DoAsync(PspStep.Authorize), Whole);

        var unknown = Operation(PspStep.Authorize, null, Whole);
        await SendAsync(unknown);
        var byKey = Operation(PspStep.Void, null, Whole) with { Undoes = unknown.OperationId };
        if (_connection.Prepare(byKey).IsReady)
            await SendAsync(byKey);
    }

    /// <summary>Sends it, then asks about it both by the PSP's reference and by ours. Gives the PSP's.</summary>
    private async Task<string> DoAsync(PspStep step, string? target = null, long amount = Whole)
    {
        var operation = Operation(step, target, amount);
        var outcome = await SendAsync(operation);
        await _connection.ResolveAsync(operation, outcome.PspReference, CancellationToken.None);
        await _connection.ResolveAsync(operation, null, CancellationToken.None);
        return outcome.PspReference!;
    }

    private async Task<Outcome> SendAsync(PspOperation operation)
    {
        var request = _connection.Prepare(operation).Request.ShouldNotBeNull();
        var outcome = (await _connection.SendAsync(operation, request, PspSend.First, CancellationToken.None)).Outcome;
        // A request that the sandbox refuses would hide those that follow from the judge.
        outcome.Kind.ShouldBeOneOf(OutcomeKind.Approved, OutcomeKind.Pending);
        return outcome;
    }

    private async Task SettleAsync(string charge)
    {
        if (_psp.SettlementOf?.Invoke(charge) is not { } settlement)
            return;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_sandbox, settlement.Path))
        {
            Content = new ByteArrayContent(settlement.Body) { Headers = { { "Content-Type", settlement.ContentType } } },
        };
        request.Headers.TryAddWithoutValidation("Braintree-Version", BraintreeAdapter.ApiVersion);
        _connection.Adapter.Authenticate(request.Headers, new PspConnectionOptions { PublicKey = "public", SecretKey = Key });
        using var client = new HttpClient();
        using var response = await client.SendAsync(request);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("errorClass");
    }

    private IEnumerable<SentRequest> LaterPages() =>
        from cursor in _psp.Cursors
        from step in new[] { PspStep.Sale, PspStep.Refund }
        let request = _connection.Adapter.PrepareLookUp(Operation(step, "target-1", Whole), cursor)
        where request is not null
        select SentRequest.Of(request);

    private PspOperation Operation(PspStep step, string? target, long amount) => new()
    {
        Step = step,
        OperationId = $"01JDN2X6S1F5Q7W8E9R0T1Y2Z3/order-1/{step}/{++_operations}",
        PaymentId = "01JDN2X6S1F5Q7W8E9R0T1Y2Z3",
        OrderId = "order-1",
        AmountMinor = amount,
        CurrencyCode = "USD",
        Token = _psp.Token,
        CustomerReference = "customer-7",
        TargetReference = target,
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };
}
