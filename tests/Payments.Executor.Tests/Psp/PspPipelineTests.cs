using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp;

/// <summary>What adapter and pipeline make of a PSP in every condition, over real sockets.</summary>
public sealed class PspPipelineTests(PspHarnessFixture fixture) : IClassFixture<PspHarnessFixture>
{
    private readonly PspHarness _psp = fixture.Harness;

    [Fact]
    public async Task Authorize_ThenCaptureAPart_MovesThatPartOnly()
    {
        var authorized = await _psp.SendAsync(PspHarness.Operation(PspStep.Authorize, "pm_card_visa"));
        var intent = authorized.Outcome.PspReference!;
        var captured = await _psp.SendAsync(PspHarness.Operation(PspStep.Capture, target: intent, amount: 500));

        authorized.Outcome.PspStatus.ShouldBe("requires_capture");
        authorized.Outcome.AuthorizedUntil.ShouldNotBeNull();
        captured.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        captured.Outcome.AmountMinor.ShouldBe(500);
        var booked = await _psp.IntentAsync(intent);
        booked.GetProperty("authorized").GetInt64().ShouldBe(1999);
        booked.GetProperty("captured").GetInt64().ShouldBe(500);
    }

    [Fact]
    public async Task Refund_InParts_AddsUpAndStopsAtTheCapture()
    {
        var intent = await _psp.ApprovedAsync(PspStep.Sale, "pm_card_visa");

        var first = await _psp.SendAsync(PspHarness.Operation(PspStep.Refund, target: intent, amount: 999));
        var tooMuch = await _psp.SendAsync(PspHarness.Operation(PspStep.Refund, target: intent, amount: 1001));
        var rest = await _psp.SendAsync(PspHarness.Operation(PspStep.Refund, target: intent, amount: 1000));
        var another = await _psp.SendAsync(PspHarness.Operation(PspStep.Refund, target: intent, amount: 1));

        first.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        tooMuch.Outcome.Kind.ShouldBe(OutcomeKind.InvalidRequest);
        rest.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        (another.Outcome.Kind, another.Outcome.Reason).ShouldBe((OutcomeKind.Declined, Reasons.AlreadyRefunded));
        another.Tries.Select(t => t.Purpose).ShouldBe([TryPurpose.Send, TryPurpose.Read]);
        (await _psp.IntentAsync(intent)).GetProperty("refunded").GetInt64().ShouldBe(1999);
    }

    [Fact]
    public async Task Send_TheSameOperationAgain_GetsTheFirstAnswer()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var first = await _psp.SendAsync(operation);
        var second = await _psp.SendAsync(
            operation, new PspSend { MayHaveArrived = true, FirstTriedAt = operation.CreatedAt });

        second.Outcome.ShouldBe(first.Outcome);
        (await _psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Send_TheSameOperationTwiceAtOnce_ChargesOnce()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_slow");

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _psp.SendAsync(operation)));

        results.ShouldAllBe(r => r.Outcome.Kind == OutcomeKind.Approved || r.Outcome.Reason == Reasons.KeyInUse);
        results.ShouldContain(r => r.Outcome.Kind == OutcomeKind.Approved);
        (await _psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Send_AnotherRequestUnderTheSameKey_IsInDoubtAndNotRepeated()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        await _psp.SendAsync(operation);

        var result = await _psp.SendAsync(operation with { AmountMinor = 5 });

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe(
            (OutcomeKind.InDoubt, Reasons.KeyMismatch, 1));
    }

    [Theory]
    [InlineData("pm_sandbox_saved500")]
    [InlineData("pm_sandbox_responseLost")]
    public async Task Resolve_AChargeWhoseAnswerWasLost_FindsItByOurId(string token)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);
        await _psp.SendAsync(operation);

        var found = await _psp.ResolveAsync(operation);
        var retrieved = await _psp.ResolveAsync(operation, found.Outcome!.PspReference);

        found.Kind.ShouldBe(FindingKind.Known);
        found.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        retrieved.Outcome.ShouldBe(found.Outcome);
    }

    [Fact]
    public async Task Resolve_AnOperationNeverSent_IsAbsent()
    {
        var intent = await _psp.ApprovedAsync(PspStep.Authorize, "pm_card_visa");

        (await _psp.ResolveAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"))).Kind.ShouldBe(FindingKind.Absent);
        (await _psp.ResolveAsync(PspHarness.Operation(PspStep.Capture, target: intent))).Kind.ShouldBe(
            FindingKind.Absent);
        (await _psp.ResolveAsync(PspHarness.Operation(PspStep.Void, target: intent))).Kind.ShouldBe(FindingKind.Absent);
        (await _psp.ResolveAsync(PspHarness.Operation(PspStep.Refund, target: intent))).Kind.ShouldBe(
            FindingKind.Absent);
    }

    [Theory]
    [InlineData("succeeded", OutcomeKind.Approved)]
    [InlineData("failed", OutcomeKind.Declined)]
    internal async Task Resolve_APendingSale_FollowsWhatBecomesOfIt(string settlement, OutcomeKind kind)
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_processing");
        var pending = await _psp.SendAsync(operation);
        var before = await _psp.ResolveAsync(operation, pending.Outcome.PspReference);
        await _psp.SettleAsync(pending.Outcome.PspReference!, settlement);

        var after = await _psp.ResolveAsync(operation, pending.Outcome.PspReference);

        before.Outcome!.Kind.ShouldBe(OutcomeKind.Pending);
        after.Outcome!.Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task Void_OfWhatNeedsTheShopper_IsApproved()
    {
        var sale = await _psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_authenticationRequired"));

        var voided = await _psp.SendAsync(PspHarness.Operation(PspStep.Void, target: sale.Outcome.PspReference));

        voided.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public async Task Void_OfWhatIsCaptured_IsRefusedAsAlreadyCaptured()
    {
        var intent = await _psp.ApprovedAsync(PspStep.Sale, "pm_card_visa");

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Void, target: intent));

        (result.Outcome.Kind, result.Outcome.Decline, result.Outcome.Reason)
            .ShouldBe((OutcomeKind.Declined, DeclineKind.Hard, Reasons.AlreadyCaptured));
    }

    [Fact]
    public async Task Capture_OfWhatWasVoided_IsRefused()
    {
        var intent = await _psp.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
        await _psp.SendAsync(PspHarness.Operation(PspStep.Void, target: intent));

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Capture, target: intent));

        (result.Outcome.Kind, result.Outcome.Decline, result.Outcome.Reason)
            .ShouldBe((OutcomeKind.Declined, DeclineKind.Hard, Reasons.AuthorizationCanceled));
    }

    [Fact]
    public async Task Capture_WhenAnotherCapturedADifferentAmount_IsAMismatch()
    {
        var intent = await _psp.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
        await _psp.SendAsync(PspHarness.Operation(PspStep.Capture, target: intent, amount: 5));

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Capture, target: intent));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.IntegrityMismatch));
    }

    /// <summary>
    /// The money that the second of two lost for want of may be what the first has just given back: believed, the refusal would
    /// be followed by another refund.
    /// </summary>
    [Theory]
    [InlineData(true, OutcomeKind.Approved, null)]
    [InlineData(false, OutcomeKind.Declined, Reasons.PspBalanceInsufficient)]
    internal async Task Send_ARefundRefusedForNowAfterALostTry_IsLookedFor(bool isThere, OutcomeKind kind, string? reason)
    {
        var operation = PspHarness.Operation(PspStep.Refund, target: "pi_1");
        var made = $$"""
            {"id":"re_1","object":"refund","status":"succeeded","amount":1999,"currency":"usd","payment_intent":"pi_1",
             "metadata":{"operation_id":"{{operation.OperationId}}"} }
            """;
        await using var odd = new OddServer(
        [
            "",
            Http("400 Bad", """{"error":{"type":"invalid_request_error","code":"balance_insufficient"} }"""),
            Http("200 OK", $$"""{"object":"list","has_more":false,"data":[{{(isThere ? made : "")}}]}"""),
        ]);
        await using var psp = await PspHarness.StartAsync(
            new() { ["Psp:Connections:stripe-a:BaseAddress"] = odd.Address });

        var result = await psp.SendAsync(operation);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((kind, reason));
        (result.Outcome.Decline == DeclineKind.Soft).ShouldBe(!isThere);
        result.Tries.Select(t => t.Purpose).ShouldBe([TryPurpose.Send, TryPurpose.Send, TryPurpose.Read]);

        static string Http(string status, string body) =>
            $"HTTP/1.1 {status}\nContent-Type: application/json\nConnection: close\nContent-Length: {body.ReplaceLineEndings("\r\n").Length}\n\n{body}";
    }

    [Fact]
    public async Task Send_ARefundRefusedForNowAtTheFirstTry_IsBelieved()
    {
        const string refusal = """{"error":{"type":"invalid_request_error","code":"balance_insufficient"} }""";
        await using var odd = new OddServer($"HTTP/1.1 400 Bad\nContent-Length: {refusal.Length}\n\n{refusal}");
        await using var psp = await PspHarness.StartAsync(
            new() { ["Psp:Connections:stripe-a:BaseAddress"] = odd.Address });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Refund, target: "pi_1"));

        (result.Outcome.Reason, result.Outcome.Decline).ShouldBe((Reasons.PspBalanceInsufficient, DeclineKind.Soft));
        result.Tries.Select(t => t.Purpose).ShouldBe([TryPurpose.Send]);
    }

    [Theory]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Void)]
    [InlineData(PspStep.Refund)]
    internal async Task Send_AReplayAfterThePspForgotTheKey_ReadsThatItIsDone(PspStep step)
    {
        var clock = new ShiftedTime();
        await using var psp = await PspHarness.StartAsync(sandboxTime: clock);
        var intent = await psp.ApprovedAsync(step == PspStep.Refund ? PspStep.Sale : PspStep.Authorize, "pm_card_visa");
        var operation = PspHarness.Operation(step, target: intent);
        await psp.SendAsync(operation);
        clock.Shift = TimeSpan.FromHours(25);

        var result = await psp.SendAsync(
            operation, new PspSend { MayHaveArrived = true, FirstTriedAt = operation.CreatedAt });

        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        result.Tries.Select(t => t.Purpose).ShouldBe([TryPurpose.Send, TryPurpose.Read]);
        result.Tries[0].Outcome.Reason.ShouldBe(Reasons.UnexpectedState);
    }

    [Fact]
    public async Task Send_APspThatRefusesConnections_IsNotAttemptedAndThenWorks()
    {
        await using var psp = await PspHarness.StartAsync();
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        await psp.SetFaultsAsync(new { refuse = true });

        var refused = await psp.SendAsync(operation);
        var look = await psp.ResolveAsync(operation);
        var elsewhere = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"), over: psp.B);
        await psp.SetFaultsAsync(new { refuse = false });
        var later = await psp.SendAsync(operation);

        (refused.Outcome.Kind, refused.Outcome.Reason, refused.Tries.Count)
            .ShouldBe((OutcomeKind.NotAttempted, Reasons.ConnectionRefused, 3));
        look.Kind.ShouldBe(FindingKind.Unclear);
        elsewhere.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        later.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public async Task Send_RefusedConnectionsAfterACrash_IsInDoubt()
    {
        await using var psp = await PspHarness.StartAsync();
        await psp.SetFaultsAsync(new { refuse = true });
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await psp.SendAsync(operation, new PspSend { MayHaveArrived = true });

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.EarlierTryUnknown));
    }

    [Theory]
    [InlineData("no such host", Reasons.HostNotFound)]
    [InlineData("no TLS", Reasons.TlsFailed)]
    [InlineData("silence", Reasons.ConnectTimeout)]
    public async Task Send_WhatCannotBeConnected_IsNotAttempted(string peer, string reason)
    {
        // Waits for a request that is text, which a TLS greeting is not.
        await using var silent = new OddServer("");
        var address = peer switch
        {
            "no such host" => "https://psp.invalid/",
            "no TLS" => _psp.Sandbox.Address.AbsoluteUri.Replace("http:", "https:"),
            _ => silent.Address.Replace("http:", "https:"),
        };
        await using var psp = await PspHarness.StartAsync(new()
        {
            ["Psp:Connections:stripe-a:BaseAddress"] = address,
            ["Psp:Pipeline:ConnectLimitSeconds"] = peer == "silence" ? "0.3" : "10",
        });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.NotAttempted, reason));
        silent.Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", Reasons.UnreadableAnswer)]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 100\n\n{", Reasons.ConnectionLost)]
    [InlineData("HTTP/1.1 200 OK\nContent-Le", Reasons.ConnectionLost)]
    [InlineData("nonsense\n\n", Reasons.ConnectionLost)]
    [InlineData("", Reasons.ConnectionLost)]
    [InlineData("HTTP/1.1 503 Maintenance\nContent-Length: 0\n\n", Reasons.PspError)]
    public async Task Send_AnAnswerThatIsNone_IsRepeatedAndInDoubt(string answer, string reason)
    {
        await using var odd = new OddServer(answer);
        await using var psp = await PspHarness.StartAsync(
            new() { ["Psp:Connections:stripe-a:BaseAddress"] = odd.Address });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((OutcomeKind.InDoubt, reason, 3));
        odd.Requests.ShouldBeGreaterThanOrEqualTo(3);
    }

    /// <summary>
    /// Were the HTTP stack to repeat this by itself, as it does without a body, a try would be hidden from the fold.
    /// </summary>
    [Fact]
    public async Task Send_OnAConnectionThatEndsWithoutAnswer_IsATryThatMayHaveArrived()
    {
        await using var odd = new OddServer("HTTP/1.1 429 Slow\nContent-Length: 0\n\n", keepsAlive: true);
        await using var psp = await PspHarness.StartAsync(new()
        {
            ["Psp:Connections:stripe-a:BaseAddress"] = odd.Address,
            ["Psp:Pipeline:MaxTries"] = "1",
        });

        var answered = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));
        var hungUp = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        answered.Outcome.Kind.ShouldBe(OutcomeKind.NotAttempted);
        (hungUp.Outcome.Kind, hungUp.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.ConnectionLost));
        odd.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task Send_ARedirect_IsNotFollowed()
    {
        await using var odd = new OddServer("HTTP/1.1 302 Found\nLocation: http://127.0.0.1:1/\nContent-Length: 0\n\n");
        await using var psp = await PspHarness.StartAsync(
            new() { ["Psp:Connections:stripe-a:BaseAddress"] = odd.Address });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, odd.Requests).ShouldBe((OutcomeKind.InDoubt, 1));
    }

    [Fact]
    public async Task Send_ARateLimitWithRetryAfter_WaitsThatLong()
    {
        var time = new ImpatientTime(TimeSpan.FromSeconds(6));
        await using var psp = await PspHarness.StartAsync(pipelineTime: time);
        await psp.SetFaultsAsync(new { rateLimited = 1, retryAfterSeconds = 9 });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Approved, 2));
        result.Tries[0].Outcome.Kind.ShouldBe(OutcomeKind.NotAttempted);
        time.Skipped.ShouldBe([TimeSpan.FromSeconds(9)]);
    }

    [Fact]
    public async Task Send_ARetryAfterBeyondTheBudget_IsNotWaitedFor()
    {
        var time = new ImpatientTime(TimeSpan.FromSeconds(6));
        await using var psp = await PspHarness.StartAsync(pipelineTime: time);
        await psp.SetFaultsAsync(new { rateLimited = 1, retryAfterSeconds = 20 });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe(
            (OutcomeKind.NotAttempted, Reasons.RateLimited, 1));
        time.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_ARateLimitAfterALostTry_IsInDoubt()
    {
        await using var psp = await PspHarness.StartAsync();
        await psp.SetFaultsAsync(new { rateLimited = 3 });
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await psp.SendAsync(
            operation, new PspSend { MayHaveArrived = true, FirstTriedAt = operation.CreatedAt });

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.InDoubt, 3));
    }

    [Fact]
    public async Task Send_ServerErrorsThatPass_AreRepeatedUnderTheSameKey()
    {
        await using var psp = await PspHarness.StartAsync();
        await psp.SetFaultsAsync(new { status = 503, count = 2 });
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await psp.SendAsync(operation);

        result.Tries.Select(t => t.HttpStatus).ShouldBe([503, 503, 200]);
        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        (await psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Send_AReplayWhenAborting_SendsNothing()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await _psp.SendAsync(
            operation, new PspSend { MayHaveArrived = true, FirstTriedAt = operation.CreatedAt, ReplayAllowed = false });

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe(
            (OutcomeKind.InDoubt, Reasons.ReplayNotAllowed, 0));
        (await _psp.BookedAsync(operation.OperationId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_ALostFirstTryWithoutReplay_IsNotRepeated()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_responseLost");

        var result = await _psp.SendAsync(operation, new PspSend { ReplayAllowed = false });

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe(
            (OutcomeKind.InDoubt, Reasons.ConnectionLost, 1));
    }

    [Theory]
    [InlineData(-22.9, true)]
    [InlineData(-23.0, false)]
    public async Task Send_AReplayNearTheEndOfTheKeysLife_StopsBeforeIt(double hours, bool isSent)
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await _psp.SendAsync(
            operation, new PspSend { MayHaveArrived = true, FirstTriedAt = operation.CreatedAt.AddHours(hours) });

        result.Tries.Count.ShouldBe(isSent ? 1 : 0);
        result.Outcome.Reason.ShouldBe(isSent ? null : Reasons.KeyExpired);
    }

    [Fact]
    public async Task Send_AReplayThatNobodyDated_CountsFromTheOperation()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await _psp.SendAsync(
            operation with { CreatedAt = operation.CreatedAt.AddHours(-24) }, new PspSend { MayHaveArrived = true });

        (result.Outcome.Reason, result.Tries.Count).ShouldBe((Reasons.KeyExpired, 0));
    }

    [Fact]
    public async Task Send_WhileTheFirstTryStillRuns_IsInDoubtUntilALookFindsIt()
    {
        await using var psp = await PspHarness.StartAsync(new()
        {
            ["Sandbox:SlowSeconds"] = "2",
            ["Psp:Pipeline:TryLimitSeconds"] = "0.2",
        });
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_slow");

        var result = await psp.SendAsync(operation);

        result.Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        result.Outcome.Reason.ShouldBeOneOf(Reasons.KeyInUse, Reasons.NoAnswer);
        Finding finding;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        do
        {
            deadline.Token.ThrowIfCancellationRequested();
            finding = await psp.ResolveAsync(operation);
        }
        while (finding.Kind != FindingKind.Known);
        finding.Outcome!.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public async Task Send_WithTheWrongKey_IsAConfigurationFaultAndNotInDoubt()
    {
        await using var psp = await PspHarness.StartAsync(
            new() { ["Psp:Connections:stripe-a:SecretKey"] = "sk_test_wrong" });
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await psp.SendAsync(operation);
        var look = await psp.ResolveAsync(operation);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InvalidRequest, Reasons.Configuration));
        (look.Kind, look.Outcome!.Reason).ShouldBe((FindingKind.Unclear, Reasons.Configuration));
    }

    [Fact]
    public async Task Send_WhenTheCallerStops_Throws()
    {
        using var stop = new CancellationTokenSource();
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_stalled");
        var request = _psp.A.Prepare(operation).Request!;
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            () => _psp.A.SendAsync(operation, request, PspSend.First, stop.Token));
    }

    [Fact]
    public async Task Send_Anything_LogsNeitherTokenNorKeyNorBody()
    {
        await using var psp = await PspHarness.StartAsync();
        foreach (var token in (string[])["pm_card_visa", "pm_card_chargeDeclined", "pm_sandbox_responseLost", "pm_nobody_knows"])
        {
            var operation = PspHarness.Operation(PspStep.Sale, token);
            await psp.SendAsync(operation);
            await psp.ResolveAsync(operation);
        }

        psp.Logs.Lines.Count(l => l.Id.Id is >= 3000 and <= 3099).ShouldBeGreaterThanOrEqualTo(16);
        psp.Logs.Lines.ShouldAllBe(
            l => !l.Text.Contains("pm_") && !l.Text.Contains(PspHarness.SecretKey) && !l.Text.Contains("metadata"));
    }

    /// <summary>Braintree's search may lag half an hour; an account that is known to be faster says so.</summary>
    [Theory]
    [InlineData(null, 1800)]
    [InlineData("5", 5)]
    public async Task Resolve_NothingFound_LagsAsThePspOrTheAccountSays(string? configured, int seconds)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Sandbox:Accounts:braintree-t:Psp"] = "braintree",
            ["Psp:Connections:braintree-t:PublicKey"] = "public",
            ["Psp:Connections:braintree-t:Account"] = "shop-USD",
        };
        if (configured is not null)
            settings["Psp:Connections:braintree-t:SearchLagSeconds"] = configured;
        await using var psp = await PspHarness.StartAsync(settings);

        var finding = await psp.ResolveAsync(
            PspHarness.Operation(PspStep.Sale, "fake-valid-nonce"), over: psp.Connection("braintree-t"));

        (finding.Kind, finding.IndexLag).ShouldBe((FindingKind.Absent, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public async Task Tries_OfARun_AreARecordForSupport()
    {
        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_sandbox_responseLost"));

        result.Tries[0].HttpStatus.ShouldBeNull();
        result.Tries[0].Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        result.Tries[1].HttpStatus.ShouldBe(200);
        result.Tries[1].PspRequestId.ShouldNotBeNull().ShouldStartWith("req_");
        result.Tries[1].StartedAt.ShouldBeGreaterThanOrEqualTo(result.Tries[0].StartedAt);
    }
}
