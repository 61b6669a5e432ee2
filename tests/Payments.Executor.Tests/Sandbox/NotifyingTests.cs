using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Payments.Executor.Psp;
using Payments.Executor.Tests.Psp;
using Payments.Executor.Tests.Psp.Adyen;
using Payments.Sandbox.Adyen;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>The sandbox's sender of webhooks, with Adyen's as they come.</summary>
public sealed class NotifyingTests
{
    private const string VectorFile = "../shared/psp/webhook-vectors.json";

    [Fact]
    public async Task Webhook_OfAPayment_IsSignedAndWhole()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        await adyen.SendAsync(sale);

        var item = await adyen.Webhooks.ItemAsync("AUTHORISATION", adyen.ReferenceOf(sale));

        item.GetProperty("additionalData").GetProperty("hmacSignature").GetString()
            .ShouldBe(WebhookReceiver.Signature(item, AdyenHarness.HmacKey));
        item.GetProperty("merchantAccountCode").GetString().ShouldBe(AdyenHarness.Account);
        item.GetProperty("amount").GetProperty("value").GetInt64().ShouldBe(1999);
        item.GetProperty("amount").GetProperty("currency").GetString().ShouldBe("USD");
        DateTimeOffset.TryParse(item.GetProperty("eventDate").GetString(), out _).ShouldBeTrue();
        using var whole = JsonDocument.Parse(adyen.Webhooks.Taken[0]);
        whole.RootElement.GetProperty("live").GetString().ShouldBe("false");
    }

    [Fact]
    public async Task Webhook_OfAModification_IsSignedToo()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        var payment = await adyen.ApprovedAsync(PspStep.Authorize, "pm_card_visa");

        var item = await adyen.DoneAsync(PspHarness.Operation(PspStep.Capture, target: payment), "CAPTURE");

        item.GetProperty("additionalData").GetProperty("hmacSignature").GetString()
            .ShouldBe(WebhookReceiver.Signature(item, AdyenHarness.HmacKey));
    }

    /// <summary>Adyen's own example, made with its library.</summary>
    [Fact]
    public void Sign_AdyensExample_IsAdyensSignature() =>
        new AdyenSignature(
            "7914073381342284", null, "TestMerchant", "TestPayment-1407325143704", 1130, "EUR", "AUTHORISATION", true)
            .Sign(AdyenHarness.HmacKey).ShouldBe("coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=");

    [SkippableFact]
    public void Sign_TheVectors_IsAsInTheVectors()
    {
        var file = Find(VectorFile);
        Skip.If(file is null, $"{VectorFile} is not beside the repository: Adyen's vectors are not checked.");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(file));
        var adyen = vectors.RootElement.GetProperty("adyen");
        var (key, item) = (adyen.GetProperty("key").GetString()!, adyen.GetProperty("item"));
        string Text(string name) => item.GetProperty(name).GetString()!;
        var signature = new AdyenSignature(
            Text("pspReference"),
            Text("originalReference"),
            Text("merchantAccountCode"),
            Text("merchantReference"),
            item.GetProperty("amount").GetProperty("value").GetInt64(),
            item.GetProperty("amount").GetProperty("currency").GetString()!,
            Text("eventCode"),
            Text("success") == "true");

        signature.ToString().ShouldBe(adyen.GetProperty("dataToSign").GetString());
        signature.Sign(key).ShouldBe(adyen.GetProperty("signature").GetString());
        var colons = signature with { MerchantReference = "a:b\\c" };
        colons.ToString().ShouldBe(adyen.GetProperty("colonInRef").GetProperty("dataToSign").GetString());
        colons.Sign(key).ShouldBe(adyen.GetProperty("colonInRef").GetProperty("signature").GetString());
    }

    [Fact]
    public async Task Webhook_ThatIsRefused_ComesAgainAsItWas()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        adyen.Webhooks.Refuse(2);
        await adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");

        await adyen.Webhooks.ItemsAsync(1);

        adyen.Webhooks.Refused.ShouldBe([adyen.Webhooks.Taken[0], adyen.Webhooks.Taken[0]]);
    }

    [Fact]
    public async Task Webhook_WithheldAndThenDuplicated_ComesTwice()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        await adyen.Psp.SetFaultsAsync(new { webhooks = new { withhold = true } }, AdyenHarness.Account);
        await adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");

        // Had it been sent before, it would have come once.
        await adyen.Psp.SetFaultsAsync(new { webhooks = new { duplicate = true } }, AdyenHarness.Account);
        await adyen.Webhooks.ItemsAsync(2);

        adyen.Webhooks.Taken[1].ShouldBe(adyen.Webhooks.Taken[0]);
    }

    [Fact]
    public async Task Webhook_Delayed_ComesLate()
    {
        var time = new StoppedTime();
        await using var adyen = await AdyenHarness.StartAsync(sandboxTime: time);
        await adyen.Psp.SetFaultsAsync(new { webhooks = new { delaySeconds = 3600 } }, AdyenHarness.Account);
        var late = await adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        await adyen.Psp.SetFaultsAsync(new { }, AdyenHarness.Account);
        var prompt = await adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");

        var first = await adyen.Webhooks.ItemsAsync(1);
        time.Shift = TimeSpan.FromHours(2);
        var items = await adyen.Webhooks.ItemsAsync(2);

        first.Select(i => i.GetProperty("pspReference").GetString()).ShouldBe([prompt]);
        items.Select(i => i.GetProperty("pspReference").GetString()).ShouldBe([prompt, late]);
    }

    [Fact]
    public async Task Webhooks_Shuffled_OvertakeEachOther()
    {
        var time = new StoppedTime();
        await using var adyen = await AdyenHarness.StartAsync(sandboxTime: time);
        await adyen.Psp.SetFaultsAsync(new { webhooks = new { shuffle = true } }, AdyenHarness.Account);
        var first = await adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        var second = await adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");

        await adyen.Webhooks.ItemsAsync(1);
        time.Shift = TimeSpan.FromSeconds(1);
        var items = await adyen.Webhooks.ItemsAsync(2);

        items.Select(i => i.GetProperty("pspReference").GetString()).ShouldBe([second, first]);
    }

    [Fact]
    public async Task Faults_WithADelayThatCannotBe_AreRefused()
    {
        await using var adyen = await AdyenHarness.StartAsync();

        using var client = new HttpClient { BaseAddress = adyen.Psp.Sandbox.Address };

        using var response = await client.PutAsJsonAsync(
            $"sandbox/accounts/{AdyenHarness.Account}/faults", new { webhooks = new { delaySeconds = -1 } });

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("webhooks.delaySeconds");
    }

    /// <summary>What was taken in is done, and what was not delivered is sent, also after a kill; and nothing twice.</summary>
    [Fact]
    public async Task Restart_BeforeCaptureAndWebhook_MakesUpForBoth()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sandbox-{Guid.NewGuid():N}.jsonl");
        try
        {
            var settings = new Dictionary<string, string?>
            {
                ["Sandbox:JournalFile"] = file,
                ["Sandbox:SettleSeconds"] = "60",
            };
            string payment;
            await using (var first = await AdyenHarness.StartAsync(settings))
            {
                payment = await first.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
                await first.Webhooks.ItemsAsync(1);
                await first.Psp.SetFaultsAsync(new { webhooks = new { withhold = true } }, AdyenHarness.Account);
                await first.ApprovedAsync(PspStep.Sale, "pm_card_visa");
                var capture = await first.SendAsync(PspHarness.Operation(PspStep.Capture, target: payment));
                capture.Outcome.Kind.ShouldBe(OutcomeKind.Pending);
            }

            settings["Sandbox:SettleSeconds"] = "0";
            await using (var second = await AdyenHarness.StartAsync(settings))
            {
                var items = await second.Webhooks.ItemsAsync(2);
                items.Select(i => i.GetProperty("eventCode").GetString()).ShouldBe(
                    ["AUTHORISATION", "CAPTURE"], ignoreOrder: true);
                items.ShouldAllBe(i => i.GetProperty("success").GetString() == "true");
                (await second.Psp.IntentAsync(payment)).GetProperty("captured").GetInt64().ShouldBe(1999);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Payments.Sagas.sln")))
            {
                var file = Path.Combine(folder.FullName, path);
                return File.Exists(file) ? file : null;
            }
        }

        return null;
    }
}
