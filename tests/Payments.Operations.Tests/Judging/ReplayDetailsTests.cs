using Payments.Contracts;
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

        var shown = ReplayDetails.Of(Replay(state, outcome), successor);

        shown.PublishedAt.ShouldBe(isOut ? Published : null);
        shown.SuccessorId.ShouldBe(cameBack ? successor : null);
    }

    private static DeadLetterReplayView Replay(string state, string? outcome) => new()
    {
        ReplayId = Ulid.NewUlid(),
        LetterId = Ulid.NewUlid(),
        State = state,
        Destination = "wallets",
        Verdict = "safe",
        Judged = """{"letterId":"01JDA5V9R0ZB3T6M8Q2X4Y7W1K","verdict":"safe","because":"It is wanted.","evidence":[],"judgedAt":"2026-01-31T13:00:00Z"}""",
        RequestedBy = "ann",
        Reason = "mended",
        PublishedAt = Published,
        Outcome = outcome,
    };
}
