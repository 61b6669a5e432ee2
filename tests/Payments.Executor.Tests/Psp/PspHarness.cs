using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Payments.Executor.Psp;
using Payments.Sandbox;

namespace Payments.Executor.Tests.Psp;

/// <summary>The sandbox on real sockets, and the connections that the executor would use, from configuration.</summary>
internal sealed class PspHarness : IAsyncDisposable
{
    public const string SecretKey = "sk_test_harness_key";

    private static int _operations;

    private readonly ServiceProvider _services;
    private readonly HttpClient _admin;

    private PspHarness(SandboxHost sandbox, ServiceProvider services, CollectedLogs logs)
    {
        Sandbox = sandbox;
        Logs = logs;
        _services = services;
        _admin = new HttpClient { BaseAddress = sandbox.Address };
    }

    public SandboxHost Sandbox { get; }

    public CollectedLogs Logs { get; }

    public PspConnection A => Connection("stripe-a");

    public PspConnection B => Connection("stripe-b");

    /// <param name="settings">
    /// Over the defaults, such as <c>Psp:Pipeline:TryLimitSeconds</c> or <c>Sandbox:SlowSeconds</c>. A connection named here,
    /// such as <c>Psp:Connections:adyen-eu:Adapter</c>, leads to the sandbox's account of its name.
    /// </param>
    /// <param name="pipelineTime">The executor's clock.</param>
    /// <param name="sandboxTime">The sandbox's clock.</param>
    public static async Task<PspHarness> StartAsync(
        Dictionary<string, string?>? settings = null, TimeProvider? pipelineTime = null, TimeProvider? sandboxTime = null)
    {
        settings ??= [];
        var sandboxSettings = new Dictionary<string, string?>
        {
            ["Sandbox:Accounts:stripe-a:SecretKey"] = SecretKey,
            ["Sandbox:Accounts:stripe-a:Port"] = "0",
            ["Sandbox:Accounts:stripe-b:SecretKey"] = SecretKey,
            ["Sandbox:SlowSeconds"] = "0.1",
            ["Sandbox:StalledSeconds"] = "60",
        };
        foreach (var name in settings.Keys.Where(k => k.EndsWith(":Psp", StringComparison.Ordinal)))
            sandboxSettings[name[..^"Psp".Length] + "SecretKey"] = SecretKey;
        var sandbox = await SandboxHost.StartAsync(Over(sandboxSettings, settings), sandboxTime);
        var pspSettings = new Dictionary<string, string?>
        {
            ["Psp:Connections:stripe-a:Adapter"] = "stripe",
            ["Psp:Connections:stripe-a:BaseAddress"] = sandbox.AddressOf("stripe-a").AbsoluteUri,
            ["Psp:Connections:stripe-a:SecretKey"] = SecretKey,
            ["Psp:Connections:stripe-b:Adapter"] = "stripe",
            ["Psp:Connections:stripe-b:BaseAddress"] = sandbox.AddressOf("stripe-b").AbsoluteUri,
            ["Psp:Connections:stripe-b:SecretKey"] = SecretKey,
            // A busy machine must not look like a slow PSP.
            ["Psp:Pipeline:ConnectLimitSeconds"] = "10",
            ["Psp:Pipeline:BackoffSeconds"] = "0.01",
            ["Psp:Pipeline:MaxBackoffSeconds"] = "0.05",
        };
        // An account of another PSP: Sandbox:Accounts:{name}:Psp makes a connection of the same name.
        foreach (var (name, psp) in settings.Where(s => s.Key.EndsWith(":Psp", StringComparison.Ordinal)).ToArray())
        {
            var account = name.Split(':')[2];
            pspSettings[$"Psp:Connections:{account}:Adapter"] = psp;
            pspSettings[$"Psp:Connections:{account}:BaseAddress"] = sandbox.AddressOf(account).AbsoluteUri;
            pspSettings[$"Psp:Connections:{account}:SecretKey"] = SecretKey;
        }

        var logs = new CollectedLogs();
        var services = new ServiceCollection()
            .AddLogging(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(logs))
            .AddSingleton(pipelineTime ?? TimeProvider.System)
            .AddPspConnections(new ConfigurationBuilder().AddInMemoryCollection(Over(pspSettings, settings)).Build())
            .BuildServiceProvider();
        return new PspHarness(sandbox, services, logs);
    }

    public PspConnection Connection(string name)
    {
        _services.GetRequiredService<PspConnections>().TryGet(name, out var connection).ShouldBeTrue();
        return connection!;
    }

    public static PspOperation Operation(
        PspStep step, string? token = null, string? target = null, long amount = 1999) =>
        new()
        {
            Step = step,
            OperationId = $"op-{Interlocked.Increment(ref _operations)}",
            PaymentId = "payment-1",
            OrderId = "order-1",
            AmountMinor = amount,
            CurrencyCode = "USD",
            Token = token,
            TargetReference = target,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };

    /// <summary>As the executor does it: prepare, store, send what was stored.</summary>
    public Task<PspResult> SendAsync(PspOperation operation, PspSend? send = null, PspConnection? over = null)
    {
        var preparation = (over ?? A).Prepare(operation);
        preparation.IsReady.ShouldBeTrue(preparation.Refusal?.ToString());
        var stored = preparation.Request!.ToBytes();
        return (over ?? A).SendAsync(
            operation, PspRequest.FromBytes(stored), send ?? PspSend.First, CancellationToken.None);
    }

    public async Task<string> ApprovedAsync(PspStep step, string token, PspConnection? over = null)
    {
        var result = await SendAsync(Operation(step, token), over: over);
        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        return result.Outcome.PspReference!;
    }

    public Task<Finding> ResolveAsync(
        PspOperation operation, string? pspReference = null, PspConnection? over = null) =>
        (over ?? A).ResolveAsync(operation, pspReference, CancellationToken.None);

    /// <summary>What the sandbox's own book holds for an operation.</summary>
    public async Task<JsonElement[]> BookedAsync(string operationId) =>
        [.. (await ChargesAsync()).Where(e => e.GetProperty("operationId").GetString() == operationId)];

    /// <summary>All of the sandbox's own book.</summary>
    public async Task<JsonElement[]> ChargesAsync()
    {
        List<JsonElement> entries = [];
        long? after = 0;
        while (after is not null)
        {
            var page = await _admin.GetFromJsonAsync<JsonElement>($"sandbox/charges?limit=1000&after={after}");
            entries.AddRange(page.GetProperty("data").EnumerateArray());
            after = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : page.GetProperty("next").GetInt64(
                );
        }

        return [.. entries];
    }

    public async Task<JsonElement> IntentAsync(string id)
    {
        var page = await _admin.GetFromJsonAsync<JsonElement>("sandbox/charges?limit=1000");
        return page.GetProperty("data").EnumerateArray().Single(e => e.GetProperty("paymentIntent").GetString() == id);
    }

    public async Task SetFaultsAsync(object faults, string account = "stripe-a")
    {
        using var response = await _admin.PutAsJsonAsync($"sandbox/accounts/{account}/faults", faults);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Orders a fault; what is in force is the answer.</summary>
    public async Task<JsonElement> OrderAsync(object fault)
    {
        using var response = await _admin.PostAsJsonAsync("sandbox/faults", fault);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task SettleAsync(string id, string outcome, string account = "stripe-a")
    {
        using var response = await _admin.PostAsJsonAsync(
            $"sandbox/accounts/{account}/payment_intents/{id}/settle", new { outcome });
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Braintree's own way, at its sandbox too.</summary>
    public async Task SettleAtBraintreeAsync(string transactionId, string account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Sandbox.AddressOf(account) + "graphql");
        request.Headers.Add("Braintree-Version", "2019-01-01");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("public:" + SecretKey)));
        request.Content = JsonContent.Create(new
        {
            query = "mutation Settle($input: SandboxSettleTransactionInput!) { sandboxSettleTransaction(input: $input) { transaction { id } } }",
            variables = new { input = new { transactionId } },
        });
        await request.Content.LoadIntoBufferAsync();
        using var response = await _admin.SendAsync(request);
        (await response.Content.ReadAsStringAsync()).ShouldContain("\"SETTLED\"");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _services.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    private static Dictionary<string, string?> Over(
        Dictionary<string, string?> defaults, Dictionary<string, string?> settings)
    {
        foreach (var (name, value) in settings)
            defaults[name] = value;
        return defaults;
    }
}

/// <summary>One harness for the tests of a class that set no faults.</summary>
public sealed class PspHarnessFixture : IAsyncLifetime
{
    internal PspHarness Harness { get; private set; } = null!;

    public async Task InitializeAsync() => Harness = await PspHarness.StartAsync();

    public async Task DisposeAsync() => await Harness.DisposeAsync();
}
