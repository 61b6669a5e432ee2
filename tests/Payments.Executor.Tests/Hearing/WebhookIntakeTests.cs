using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Payments.Executor.Hearing;
using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Tests.Psp.Webhooks;
using Payments.Messaging;

namespace Payments.Executor.Tests.Hearing;

public sealed class WebhookIntakeTests
{
    [Fact]
    public async Task Take_WhatClashesWithoutEnd_IsGivenUp()
    {
        var committer = new AlwaysClashing();
        using var client = new HttpClient();
        using var certificates = new PayPalCertificates(client, TimeProvider.System);
        using var meters = new Meters();
        var options = new PspOptions
        {
            Connections =
            {
                ["stripe-a"] = new PspConnectionOptions
                {
                    Adapter = "stripe",
                    Webhook = new WebhookOptions { Secrets = [WebhookSigning.StripeSecret] },
                },
            },
        };
        var intake = new WebhookIntake(
            Options.Create(options), certificates, committer, new WebhookMetrics(meters), TimeProvider.System,
            NullLogger<WebhookIntake>.Instance);

        var answer = await intake.Take("stripe-a", WebhookSigning.StripeDelivery(
            """{"id":"evt_1","type":"payout.paid"}""", TimeProvider.System.GetUtcNow()));

        answer.ShouldBe(WebhookAnswer.Unavailable);
        committer.Commits.ShouldBe(WebhookIntake.MostClashes);
    }

    [Theory]
    [InlineData("evt_1", "evt_1")]
    // SHA-256 from coreutils.
    [InlineData("evt\0", "sha256:4f6751a1")]
    [InlineData("", "sha256:e3b0c442")]
    public void Storable_AnEventId_IsItselfOrItsHash(string id, string stored) =>
        WebhookIntake.Storable(Notification(id)).EventId.ShouldStartWith(stored);

    [Fact]
    public void Storable_LongEventIds_StayApart()
    {
        var one = WebhookIntake.Storable(Notification(new string('x', 256))).EventId;

        one.Length.ShouldBeLessThan(255);
        WebhookIntake.Storable(Notification(new string('x', 256))).EventId.ShouldBe(one);
        WebhookIntake.Storable(Notification(new string('x', 257))).EventId.ShouldNotBe(one);
    }

    [Fact]
    public void Storable_TextsThatNoDatabaseTakes_AreLeftOut()
    {
        var odd = Outcome.Approved("PSP\0", "ok", 1, "EUR");

        var stored = WebhookIntake.Storable(Notification("evt_1") with
        {
            Type = "a\0",
            References = ["r\0", "r"],
            PspReferences = ["PSP\0", "PSP"],
            Account = "shop\0",
            Claims = [WebhookClaim.Proved(PspStep.Sale, odd), new WebhookClaim(PspStep.Refund)],
        });

        WebhookJson.Write(stored).ShouldNotContain("\\u0000");
        (stored.Type, stored.Account).ShouldBe((WebhookNotification.UnreadableType, null));
        stored.References.ShouldBe(["r"]);
        stored.PspReferences.ShouldBe(["PSP"]);
        stored.Claims.ShouldHaveSingleItem().Step.ShouldBe(PspStep.Refund);
    }

    private static WebhookNotification Notification(string id) => new() { EventId = id, Type = "payout.paid" };

    private sealed class AlwaysClashing : ICommitter
    {
        public int Commits { get; private set; }

        public Task<CommitResult> Commit(Origin origin, Effects effects) => throw new NotSupportedException();

        public Task<CommitResult> Commit<TKey, TRows>(Origin origin, Decision<TKey, TRows> decision)
        {
            Commits++;
            return Task.FromResult(CommitResult.Clash);
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
