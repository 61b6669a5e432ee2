using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Payments.Executor.Hearing;
using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Tests.Psp;
using Payments.Executor.Tests.Psp.Webhooks;
using Payments.Messaging;

namespace Payments.Executor.Tests.Hearing;

public sealed class WebhookIntakeTests
{
    [Fact]
    public async Task Take_WhatClashesWithoutEnd_IsGivenUp()
    {
        var committer = new AlwaysClashing();

        var answer = await Intake(committer, TimeProvider.System).Take("stripe-a", WebhookSigning.StripeDelivery(
            """{"id":"evt_1","type":"payout.paid"}""", TimeProvider.System.GetUtcNow()));

        answer.ShouldBe(WebhookAnswer.Unavailable);
        committer.Commits.ShouldBe(WebhookIntake.MostClashes);
    }

    /// <summary>Anybody can send us what we refuse: it must not fill the log, and whoever reads the log must see how much it is.</summary>
    [Fact]
    public async Task Take_ManyThatAreRefused_IsOneWarningAMinuteThatCountsThem()
    {
        var time = new StoppedTime();
        using var logs = new CollectedLogs();
        var intake = Intake(new AlwaysClashing(), time, logs);
        var forged = WebhookSigning.StripeDelivery("{}", time.GetUtcNow(), "whsec_another");

        for (var i = 0; i < 5; i++)
            (await intake.Take("stripe-a", forged)).ShouldBe(WebhookAnswer.Refused);
        await intake.Take("stripe-b", forged);
        Warnings(logs).ShouldBe(["stripe-a 1", "stripe-b 1"]);

        time.Shift = TimeSpan.FromMinutes(1);
        await intake.Take("stripe-a", forged);
        Warnings(logs).ShouldBe(["stripe-a 1", "stripe-b 1", "stripe-a 5"]);
    }

    /// <summary>Whoever names a certificate that cannot be fetched gets no more lines.</summary>
    [Fact]
    public async Task Take_ManyThatCannotBeStored_IsOneWarningAMinuteThatCountsThem()
    {
        var time = new StoppedTime();
        using var logs = new CollectedLogs();
        var intake = Intake(new AlwaysClashing(), time, logs);
        var genuine = WebhookSigning.StripeDelivery("""{"id":"evt_1","type":"payout.paid"}""", time.GetUtcNow());

        for (var i = 0; i < 5; i++)
            (await intake.Take("stripe-a", genuine)).ShouldBe(WebhookAnswer.Unavailable);
        time.Shift = TimeSpan.FromMinutes(1);
        await intake.Take("stripe-a", genuine);

        Warnings(logs).ShouldBe(["stripe-a 1", "stripe-a 5"]);
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

    private static WebhookIntake Intake(ICommitter committer, TimeProvider time, CollectedLogs? logs = null)
    {
        var account = new PspConnectionOptions
        {
            Adapter = "stripe",
            Webhook = new WebhookOptions { Secrets = [WebhookSigning.StripeSecret] },
        };
        return new WebhookIntake(
            Options.Create(new PspOptions { Connections = { ["stripe-a"] = account, ["stripe-b"] = account } }),
            new PayPalCertificates(new HttpClient(), time),
            committer,
            new WebhookMetrics(new Meters()),
            time,
            new Logger<WebhookIntake>(LoggerFactory.Create(log => log.AddProvider(logs ?? new CollectedLogs()))));
    }

    /// <summary>Of each line the connection, and how many it stands for.</summary>
    private static string[] Warnings(CollectedLogs logs) =>
        [.. logs.Lines.Select(line => Regex.Replace(line.Text, @"^(\S+): .*?: (\d+).*$", "$1 $2").Trim())];

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

        public Task<CommitResult> Commit<TKey, TRows>(Origin origin, TKey key, Func<TRows, ValueTask<Effects>> decide) =>
            throw new NotSupportedException();
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
