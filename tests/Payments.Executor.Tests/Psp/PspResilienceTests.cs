using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp;

/// <summary>Breakers, limits of time and TLS as the connections have them, over real sockets.</summary>
public sealed class PspResilienceTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Send_BehindAnOpenBreaker_IsNotSentWhileUndosAndLookUpsAre()
    {
        await using var psp = await PspHarness.StartAsync(new()
        {
            ["Psp:Breaker:MinimumTries"] = "3",
            ["Psp:Breaker:BreakSeconds"] = "300",
        });
        var intent = await psp.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
        await psp.SetFaultsAsync(new { status = 503, count = 3 });

        var ill = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));
        var unsent = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var behind = await psp.SendAsync(unsent);
        var elsewhere = await psp.SendAsync(unsent with { OperationId = "elsewhere" }, over: psp.B);
        var voided = await psp.SendAsync(PspHarness.Operation(PspStep.Void, target: intent));
        var look = await psp.ResolveAsync(unsent);
        var replay = await psp.SendAsync(
            unsent, new PspSend { MayHaveArrived = true, FirstTriedAt = unsent.CreatedAt });

        ill.Outcome.Kind.ShouldBe(OutcomeKind.InDoubt, "what was sent stays in doubt");
        (behind.Outcome.Kind, behind.Outcome.Reason, behind.Tries.Count).ShouldBe(
            (OutcomeKind.NotAttempted, Reasons.BreakerOpen, 0));
        elsewhere.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        voided.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        look.Kind.ShouldBe(FindingKind.Absent);
        replay.Outcome.Kind.ShouldBe(OutcomeKind.Approved, "what may have arrived keeps its own path");
        psp.Logs.Lines.ShouldContain(l => l.Id.Id == 3004);
    }

    [Fact]
    public async Task Send_WhileAnotherConnectionIsFullAndSlow_IsNotHeldUp()
    {
        await using var psp = await PspHarness.StartAsync(new()
        {
            ["Psp:Connections:stripe-a:Limits:MaxInFlight"] = "1",
            ["Psp:Pipeline:MaxTries"] = "1",
            ["Psp:Pipeline:TryLimitSeconds"] = "2",
        });
        var slow = psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_sandbox_stalled"));
        var queued = psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        var other = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"), over: psp.B);

        other.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        (slow.IsCompleted, queued.IsCompleted).ShouldBe((false, false), "the other connection is still full");
        (await queued).Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        (await slow).Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
    }

    [Fact]
    public async Task Send_ABreakerThatOpensBetweenTries_LeavesDoubt()
    {
        await using var psp = await PspHarness.StartAsync(new()
        {
            ["Psp:Breaker:MinimumTries"] = "2",
            ["Psp:Breaker:BreakSeconds"] = "300",
        });
        await psp.SetFaultsAsync(new { status = 503, count = 2 });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.InDoubt, 2));
    }

    [Fact]
    public async Task Send_ToAPspThatStopsInItsAnswer_IsInDoubtAfterTheLimit()
    {
        await using var server = new OddServer("HTTP/1.1 200 OK\nContent-Length: 100\n\n{", keepsAlive: true);

        var result = await SendTo(server.Address, body: null, ("TryLimitSeconds", "0.5"));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.NoAnswer));
    }

    [Fact]
    public async Task Send_ToAPspThatDoesNotRead_IsInDoubtAfterTheWriteLimit()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}/";

        // More than any socket buffers; the try limit is longer than the test.
        var result = await SendTo(
            address, new byte[64 * 1024 * 1024], ("WriteLimitSeconds", "0.5"), ("TryLimitSeconds", "20"),
            ("TotalLimitSeconds", "20"));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.NoAnswer));
    }

    [Fact]
    public void Network_ToAnyPsp_SpeaksTls12OrLaterAndFollowsNothing()
    {
        using var network = PspConnections.Network(new Uri("https://api.stripe.com/"), new PspPipelineOptions());

        network.SslOptions.EnabledSslProtocols.ShouldBe(SslProtocols.Tls12 | SslProtocols.Tls13);
        network.SslOptions.RemoteCertificateValidationCallback.ShouldBeNull();
        network.AllowAutoRedirect.ShouldBeFalse();
        network.ConnectTimeout.ShouldBe(TimeSpan.FromSeconds(1));
    }

    private static async Task<PspResult> SendTo(
        string address, byte[]? body, params (string Name, string Value)[] limits)
    {
        var settings = limits.ToDictionary(l => $"Psp:Pipeline:{l.Name}", string? (l) => l.Value);
        settings["Psp:Pipeline:MaxTries"] = "1";
        settings["Psp:Connections:stripe-a:BaseAddress"] = address;
        await using var psp = await PspHarness.StartAsync(settings);
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var request = psp.A.Prepare(operation).Request!;
        return await psp.A.SendAsync(
            operation, body is null ? request : request with { Body = body }, PspSend.First, CancellationToken.None)
            .WaitAsync(Hang - TimeSpan.FromSeconds(20));
    }
}
