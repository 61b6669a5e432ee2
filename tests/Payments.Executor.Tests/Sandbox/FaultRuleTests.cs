using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Payments.Executor.Psp;
using Payments.Executor.Tests.Psp;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>Whom an ordered fault meets, and how often.</summary>
public sealed class FaultRuleTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _admin = new();
    private PspHarness _psp = null!;

    public async Task InitializeAsync()
    {
        _psp = await PspHarness.StartAsync(new() { ["Psp:Pipeline:MaxTries"] = "1" });
        _admin.BaseAddress = _psp.Sandbox.Address;
    }

    public async Task DisposeAsync() => await _psp.DisposeAsync();

    public void Dispose() => _admin.Dispose();

    [Fact]
    public async Task Order_WithACount_HappensSoOften()
    {
        await _psp.OrderAsync(new { fault = "rate-limit", count = 2 });

        (await SellAsync(3)).ShouldBe([false, false, true]);
        (await FaultsAsync()).Single().GetProperty("left").GetInt32().ShouldBe(0);
        (await FaultsAsync()).Single().GetProperty("happened").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Order_OfAnAccount_MeetsNoOther()
    {
        await _psp.OrderAsync(new { fault = "rate-limit", account = "stripe-b" });

        (await SellAsync(1)).ShouldBe([true]);
        (await SellAsync(1, over: _psp.B)).ShouldBe([false]);
    }

    [Theory]
    [InlineData("stripe", false)]
    [InlineData("adyen", true)]
    public async Task Order_OfAPsp_MeetsItsAccounts(string psp, bool approved)
    {
        await using var both = await PspHarness.StartAsync(new()
        {
            ["Psp:Pipeline:MaxTries"] = "1",
            ["Sandbox:Accounts:adyen-t:Psp"] = "adyen",
            ["Psp:Connections:adyen-t:Account"] = "adyen-t",
        });
        await both.OrderAsync(new { fault = "rate-limit", psp });

        var result = await both.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind == OutcomeKind.Approved).ShouldBe(approved);
    }

    [Fact]
    public async Task Order_OfAToken_MeetsItsSalesAndWhatIsAskedOfThemLater()
    {
        var authorized = await _psp.ApprovedAsync(PspStep.Authorize, "pm_card_mastercard");
        var other = await _psp.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
        await _psp.OrderAsync(new { fault = "rate-limit", token = "pm_card_mastercard" });

        (await SellAsync(1)).ShouldBe([true]);
        (await SellAsync(1, "pm_card_mastercard")).ShouldBe([false]);
        (await CaptureAsync(other)).ShouldBe(OutcomeKind.Approved);
        (await CaptureAsync(authorized)).ShouldBe(OutcomeKind.NotAttempted);
    }

    [Fact]
    public async Task Order_WithAProbability_IsDrawnWithItsSeed()
    {
        var first = await DrawAsync(seed: 7);
        var again = await DrawAsync(seed: 7);
        var other = await DrawAsync(seed: 8);

        first.ShouldContain(true);
        first.ShouldContain(false);
        again.ShouldBe(first);
        other.ShouldNotBe(first);
    }

    [Fact]
    public async Task Order_WithoutASeed_SaysWhichItTook()
    {
        var rule = await _psp.OrderAsync(new { fault = "reset", probability = 0.5 });

        rule.GetProperty("seed").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Fact]
    public async Task Order_ACertainWindow_IsOfOneWindow()
    {
        (await _psp.OrderAsync(new { fault = "maintenance" })).GetProperty("left").GetInt32().ShouldBe(1);
        (await _psp.OrderAsync(new { fault = "maintenance", probability = 0.5 })).GetProperty("left").ValueKind
            .ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Clear_One_LeavesTheOthers()
    {
        var first = await _psp.OrderAsync(new { fault = "reset", account = "stripe-b" });
        await _psp.OrderAsync(new { fault = "rate-limit" });

        using var gone = await _admin.DeleteAsync($"sandbox/faults/{first.GetProperty("id").GetInt32()}");
        using var unknown = await _admin.DeleteAsync("sandbox/faults/999");

        gone.StatusCode.ShouldBe(HttpStatusCode.OK);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await FaultsAsync()).Single().GetProperty("fault").GetString().ShouldBe("rate-limit");
    }

    [Fact]
    public async Task Clear_AnAccountsThenAll_LeavesNothing()
    {
        await _psp.OrderAsync(new { fault = "rate-limit", account = "stripe-a" });
        await _psp.OrderAsync(new { fault = "maintenance", account = "stripe-b" });
        (await SellAsync(1, over: _psp.B)).ShouldBe([false]);

        (await _admin.DeleteFromJsonAsync<JsonElement>("sandbox/faults?account=stripe-a")).GetProperty("count").GetInt32().ShouldBe(1);
        (await SellAsync(1)).ShouldBe([true]);
        (await _admin.DeleteFromJsonAsync<JsonElement>("sandbox/faults")).GetProperty("count").GetInt32().ShouldBe(1);
        // The window that had begun ends with its order.
        (await SellAsync(1, over: _psp.B)).ShouldBe([true]);
        (await FaultsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{}""", "fault is missing.")]
    [InlineData("""{"fault":"reset","account":"nobody"}""", "There is no account nobody; there are stripe-a, stripe-b.")]
    [InlineData("""{"fault":"reset","psp":"nobody"}""", "There is no account of nobody.")]
    [InlineData("""{"fault":"reset","psp":"stripe","account":"stripe-a"}""", "not of both")]
    [InlineData("""{"fault":"duplicate-webhook","token":"pm_card_visa"}""", "duplicate-webhook takes none")]
    [InlineData("""{"fault":"reset","probability":0}""", "probability must be above 0")]
    [InlineData("""{"fault":"reset","probability":1.5}""", "probability must be above 0")]
    [InlineData("""{"fault":"reset","count":0}""", "count must be at least 1.")]
    [InlineData("""{"fault":"reset","seconds":1}""", "seconds is of what is slow")]
    [InlineData("""{"fault":"slow-body","seconds":4000}""", "seconds must be from 0 to 3600.")]
    [InlineData("""{"fault":"reset","retryAfterSeconds":1}""", "retryAfterSeconds is of rate-limit")]
    [InlineData("""{"fault":"rate-limit","retryAfterSeconds":-1}""", "retryAfterSeconds must be from 0 to 3600.")]
    public async Task Order_Wrong_IsRefusedWithTheReason(string order, string reason)
    {
        using var body = new StringContent(order, System.Text.Encoding.UTF8, "application/json");
        using var response = await _admin.PostAsync("sandbox/faults", body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(reason);
        (await FaultsAsync()).ShouldBeEmpty();
    }

    private async Task<bool[]> DrawAsync(int seed)
    {
        await _psp.OrderAsync(new { fault = "rate-limit", probability = 0.5, seed });
        var drawn = await SellAsync(20);
        using var cleared = await _admin.DeleteAsync("sandbox/faults");
        return drawn;
    }

    /// <summary>Whether each was approved.</summary>
    private async Task<bool[]> SellAsync(int count, string token = "pm_card_visa", PspConnection? over = null)
    {
        var approved = new bool[count];
        for (var i = 0; i < count; i++)
            approved[i] = (await _psp.SendAsync(PspHarness.Operation(PspStep.Sale, token), over: over)).Outcome.Kind == OutcomeKind.Approved;
        return approved;
    }

    private async Task<OutcomeKind> CaptureAsync(string target) =>
        (await _psp.SendAsync(PspHarness.Operation(PspStep.Capture, target: target))).Outcome.Kind;

    private async Task<JsonElement[]> FaultsAsync() =>
        [.. (await _admin.GetFromJsonAsync<JsonElement>("sandbox/faults")).GetProperty("data").EnumerateArray()];
}
