using System.Text.Json;
using Payments.Executor.Psp;
using Payments.Executor.Tests.Psp;
using Payments.Executor.Tests.Psp.Adyen;
using Payments.Testing;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>Each fault that can be ordered, at each PSP: what the client sees, and what the PSP's book says.</summary>
public sealed class FaultTests
{
    private const string ConnectionLost = "connection_lost";
    private const double StalledSeconds = 60;
    private const double SlowSeconds = 40;

    /// <summary>A connection at each PSP, and a token that is approved there.</summary>
    public static TheoryData<string, string> Psps => new()
    {
        { "stripe-a", "pm_card_visa" },
        { "adyen-t", "pm_card_visa" },
        { "square-t", "cnon:card-nonce-ok" },
        { "braintree-t", "fake-valid-nonce" },
        { "paypal-t", "pm_card_visa" },
    };

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task ResponseLost_ASale_IsChargedAndTheConnectionLost(string account, string token)
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "response-lost", account, count = 1 });

        var (sale, first) = await SellAsync(psp, account, token);

        first.Outcome.Reason.ShouldBe(ConnectionLost);
        (await CapturedAsync(psp, account)).ShouldBe([sale.AmountMinor]);
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task ChargeLost_ASale_IsNotChargedAndTheConnectionLost(string account, string token)
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "charge-lost", account, count = 1 });

        var (_, first) = await SellAsync(psp, account, token);

        first.Outcome.Reason.ShouldBe(ConnectionLost);
        (await CapturedAsync(psp, account)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task LateSuccess_ASale_IsChargedAfterTheConnectionIsLost(string account, string token)
    {
        var time = new ImpatientTime(TimeSpan.FromSeconds(SlowSeconds - 1));
        await using var psp = await StartAsync(time);
        await psp.OrderAsync(new { fault = "late-success", account, count = 1 });

        var (sale, first) = await SellAsync(psp, account, token);

        first.Outcome.Reason.ShouldBe(ConnectionLost);
        await Eventually.Async(
            "the late charge",
            TimeSpan.FromSeconds(30),
            () => CapturedAsync(psp, account),
            captured => captured.SequenceEqual([sale.AmountMinor]));
        time.Skipped.ShouldContain(TimeSpan.FromSeconds(SlowSeconds));
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task SlowStart_ASale_IsChargedAndAnsweredLater(string account, string token)
    {
        var time = new ImpatientTime(TimeSpan.FromSeconds(StalledSeconds - 1));
        await using var psp = await StartAsync(time);
        await psp.OrderAsync(new { fault = "slow-start", account, count = 1 });

        var (sale, first) = await SellAsync(psp, account, token);

        first.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        time.Skipped.ShouldContain(TimeSpan.FromSeconds(StalledSeconds));
        (await CapturedAsync(psp, account)).ShouldBe([sale.AmountMinor]);
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task SlowBody_ASale_IsChargedAndAnsweredInTwoParts(string account, string token)
    {
        var time = new ImpatientTime(TimeSpan.FromSeconds(4));
        await using var psp = await StartAsync(time);
        await psp.OrderAsync(new { fault = "slow-body", account, count = 1, seconds = 5 });

        var (sale, first) = await SellAsync(psp, account, token);

        first.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        time.Skipped.ShouldContain(TimeSpan.FromSeconds(5));
        (await CapturedAsync(psp, account)).ShouldBe([sale.AmountMinor]);
    }

    [Fact]
    public async Task SlowBody_OnTheWire_IsHalfOfTheAnswerAtFirst()
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "slow-body", count = 1, seconds = 3600 });
        using var client = StripeClient(psp);
        using var response = await client.GetAsync("v1/payment_intents", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();

        var whole = response.Content.Headers.ContentLength.ShouldNotBeNull();
        var half = await body.ReadAtLeastAsync(new byte[whole], (int)whole / 2);

        half.ShouldBe((int)whole / 2);
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task Reset_ASale_IsChargedAndTheAnswerTorn(string account, string token)
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "reset", account, count = 1 });

        var (sale, first) = await SellAsync(psp, account, token);

        first.Outcome.Reason.ShouldBe(ConnectionLost);
        (await CapturedAsync(psp, account)).ShouldBe([sale.AmountMinor]);
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task Saved500_ASale_IsChargedAndTheErrorKeptUnderItsKey(string account, string token)
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "saved-500", account, count = 1 });

        var (sale, first) = await SellAsync(psp, account, token);

        first.HttpStatus.ShouldBe(500);
        (await CapturedAsync(psp, account)).ShouldBe([sale.AmountMinor]);
        if (account == "braintree-t")
            return;
        var again = await psp.SendAsync(
            sale, new PspSend { MayHaveArrived = true, ReplayAllowed = true, FirstTriedAt = sale.CreatedAt }, psp.Connection(account));
        again.Tries[0].HttpStatus.ShouldBe(500);
        (await CapturedAsync(psp, account)).Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task RateLimit_ASale_IsNotChargedAndWhatThePspSaysThen(string account, string token)
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "rate-limit", account, count = 1 });

        var (_, first) = await SellAsync(psp, account, token);

        first.Outcome.Reason.ShouldBe("rate_limited");
        first.HttpStatus.ShouldBe(account == "braintree-t" ? 200 : 429);
        (await CapturedAsync(psp, account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RateLimit_OnTheWire_SaysWhenToTryAgain()
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "rate-limit", count = 1, retryAfterSeconds = 7 });
        using var client = StripeClient(psp);
        using var response = await client.GetAsync("v1/payment_intents");

        ((int)response.StatusCode, response.Headers.RetryAfter?.Delta).ShouldBe((429, TimeSpan.FromSeconds(7)));
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task WrongAmount_ASale_IsChargedAndOneUnitMoreIsEchoed(string account, string token)
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "wrong-amount", account, count = 1 });

        var (sale, first) = await SellAsync(psp, account, token);

        first.Outcome.Reason.ShouldBe("integrity_mismatch");
        (await CapturedAsync(psp, account)).ShouldBe([sale.AmountMinor]);
    }

    [Fact]
    public async Task DuplicateWebhook_AWebhook_ComesTwiceByteForByte()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        await adyen.Psp.OrderAsync(new { fault = "duplicate-webhook", psp = "adyen", count = 1 });

        await adyen.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));
        await adyen.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        await adyen.Webhooks.ItemsAsync(3);
        adyen.Webhooks.Taken[1].ShouldBe(adyen.Webhooks.Taken[0]);
        adyen.Webhooks.Taken[2].ShouldNotBe(adyen.Webhooks.Taken[0]);
    }

    [Theory]
    [MemberData(nameof(Psps))]
    public async Task Maintenance_EveryRequest_IsRefusedUntilTheWindowEnds(string account, string token)
    {
        var time = new ShiftedTime();
        await using var psp = await StartAsync(time);
        await psp.OrderAsync(new { fault = "maintenance", account, seconds = 600 });

        (await SellAsync(psp, account, token)).First.HttpStatus.ShouldBe(503);
        time.Shift = TimeSpan.FromSeconds(500);
        (await SellAsync(psp, account, token)).First.HttpStatus.ShouldBe(503);
        (await CapturedAsync(psp, account)).ShouldBeEmpty();
        time.Shift = TimeSpan.FromSeconds(601);
        (await SellAsync(psp, account, token)).First.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public async Task Maintenance_OnTheWire_SaysHowLong()
    {
        await using var psp = await StartAsync();
        await psp.OrderAsync(new { fault = "maintenance", seconds = 600 });
        using var client = StripeClient(psp);
        using var response = await client.GetAsync("v1/payment_intents");

        ((int)response.StatusCode, response.Headers.RetryAfter?.Delta).ShouldBe((503, TimeSpan.FromSeconds(600)));
    }

    private static async Task<(PspOperation Sale, TryResult First)> SellAsync(PspHarness psp, string account, string token)
    {
        var sale = PspHarness.Operation(PspStep.Sale, token);
        var result = await psp.SendAsync(sale, over: psp.Connection(account));
        return (sale, result.Tries[0]);
    }

    private static async Task<long[]> CapturedAsync(PspHarness psp, string account) =>
    [
        .. (await psp.ChargesAsync())
            .Where(c => c.GetProperty("account").GetString() == account)
            .Select(c => c.GetProperty("captured").GetInt64()),
    ];

    private static HttpClient StripeClient(PspHarness psp)
    {
        var client = new HttpClient { BaseAddress = psp.Sandbox.AddressOf("stripe-a") };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + PspHarness.SecretKey);
        return client;
    }

    private static async Task<PspHarness> StartAsync(TimeProvider? time = null)
    {
        var psp = await PspHarness.StartAsync(Settings(), sandboxTime: time);
        // So that the fault that was ordered does not meet the request for PayPal's access token.
        await psp.ResolveAsync(PspHarness.Operation(PspStep.Sale), over: psp.Connection("paypal-t"));
        return psp;
    }

    private static Dictionary<string, string?> Settings() =>
        new()
        {
            ["Sandbox:Accounts:paypal-t:Psp"] = "paypal",
            ["Psp:Connections:paypal-t:PublicKey"] = "client",
            ["Sandbox:Accounts:adyen-t:Psp"] = "adyen",
            ["Psp:Connections:adyen-t:Account"] = "adyen-t",
            ["Sandbox:Accounts:square-t:Psp"] = "square",
            ["Psp:Connections:square-t:Account"] = "main",
            ["Sandbox:Accounts:braintree-t:Psp"] = "braintree",
            ["Psp:Connections:braintree-t:PublicKey"] = "public",
            ["Psp:Connections:braintree-t:Account"] = "shop-USD",
            ["Psp:Pipeline:MaxTries"] = "1",
            ["Sandbox:StalledSeconds"] = $"{StalledSeconds}",
            ["Sandbox:SlowSeconds"] = $"{SlowSeconds}",
        };
}
