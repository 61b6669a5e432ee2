using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Judging;
using Payments.Operations.Views;

namespace Payments.Operations.Tests.Judging;

public sealed class ReplayDetailsTests
{
    private static readonly DateTimeOffset Published = DateTimeOffset.Parse("2026-01-31T13:00:00Z");

    [Theory]
    [InlineData("claimed", null, false, false)]
    [InlineData("withdrawn", null, false, false)]
    [InlineData("published", null, true, false)]
    [InlineData("settled", "succeeded", true, false)]
    [InlineData("settled", "failed_again", true, true)]
    public void Of_AnyState_ShowsWhatHasHappened(string state, string? outcome, bool isOut, bool cameBack)
    {
        var successor = Ulid.NewUlid();

        var shown = ReplayDetails.Of(Replay(state, "wallets", outcome), "Payments.Contracts:CreditWallets", successor);

        shown.PublishedAt.ShouldBe(isOut ? Published : null);
        shown.SuccessorId.ShouldBe(cameBack ? successor : null);
    }

    [Theory]
    [InlineData("published", Routes.Routing, "ExplainRoute", "a question")]
    [InlineData("published", Routes.Queries, "GetPayment", "a question")]
    [InlineData("published", "toy", "ExplainRoute", "not ours to see")]
    [InlineData("published", Routes.Routing, "PspBreakerChanged", null)]
    [InlineData("published", "wallets", "CreditWallets", null)]
    [InlineData("claimed", Routes.Routing, "ExplainRoute", null)]
    public void Of_WhatNobodyLearnsTheOutcomeOf_SaysWhy(string state, string destination, string type, string? because)
    {
        var shown = ReplayDetails.Of(Replay(state, destination), $"Payments.Contracts:{type}", null).OutcomeBecause;

        if (because is null)
            shown.ShouldBeNull();
        else
            shown.ShouldNotBeNull().ShouldMatch($"^No outcome can be known: .*{because}");
    }

    private static DeadLetterReplayView Replay(string state, string destination, string? outcome = null) => new()
    {
        ReplayId = Ulid.NewUlid(),
        LetterId = Ulid.NewUlid(),
        State = state,
        Destination = destination,
        Verdict = "safe",
        Judged = """{"letterId":"01JDA5V9R0ZB3T6M8Q2X4Y7W1K","verdict":"safe","because":"It is wanted.","evidence":[],"judgedAt":"2026-01-31T13:00:00Z"}""",
        RequestedBy = "ann",
        Reason = "mended",
        PublishedAt = Published,
        Outcome = outcome,
    };
}
