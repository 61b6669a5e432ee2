using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Collecting;
using Payments.Operations.Replaying;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Replaying;

public sealed class ReplayDecisionTests
{
    private static readonly OperatorRequest Ann = new("ann", "mended");

    [Theory]
    [InlineData("safe", false, "claimed")]
    [InlineData("no_op", false, "claimed")]
    [InlineData("stale", false, "claimed")]
    [InlineData("unknown", false, "claimed")]
    [InlineData("dangerous", false, "dangerous")]
    [InlineData("dangerous", true, "awaiting_approval")]
    [InlineData("safe", true, "claimed")]
    public void Of_ByVerdict_IsDecided(string verdict, bool force, string expected)
    {
        var decision = ReplayDecision.Of(Letter(), Verdict(verdict), Order() with { Force = force });

        (decision.Claim?.State ?? decision.Refusal!.Type).ShouldBe(expected);
        (decision.Claim?.IsForced ?? false).ShouldBe(expected == "awaiting_approval");
    }

    [Fact]
    public void Of_Dangerous_SaysHow() =>
        ReplayDecision.Of(Letter(), Verdict("dangerous"), Order()).Refusal!.Detail.ShouldBe(
            "It would pay twice. To replay it all the same needs force, a reason, and the approval of a second person.");

    [Fact]
    public void Of_VerdictsThatAreNotWanted_AreLeftAlone()
    {
        var order = Order() with { Only = [Verdicts.Safe, Verdicts.NoOp] };

        ReplayDecision.Of(Letter(), Verdict("no_op"), order).Claim.ShouldNotBeNull();
        ReplayDecision.Of(Letter(), Verdict("stale"), order).Refusal.ShouldBe(
            new ReplayRefusal("verdict-not-wanted", "It is stale: It would pay twice."));
        ReplayDecision.Of(Letter(), Verdict("dangerous"), order with { Force = true }).Refusal!.Type.ShouldBe("verdict-not-wanted");
    }

    [Fact]
    public void Of_MaskedCardNumbers_GoOutOnlyEdited()
    {
        var masked = Letter() with { CardNumbers = 1 };

        ReplayDecision.Of(masked, Verdict("safe"), Order()).Refusal!.Type.ShouldBe("card-numbers-masked");
        ReplayDecision.Of(masked, Verdict("safe"), Order() with { EditId = Ulid.NewUlid(), NeedsApproval = true }).Claim!.State
            .ShouldBe("awaiting_approval");
    }

    [Theory]
    [InlineData("wallets_error", "wallets", "", null, "wallets", false, true)]
    [InlineData("toy_error", "toy", "", null, "toy", false, false)]
    [InlineData("executor-stripe-a_skipped", "executor-stripe-a", "", null, "executor-stripe-a", false, true)]
    [InlineData("unrouted", "Payments.Contracts:PaymentRequested", "Payments.Contracts:PaymentRequested", null, "Payments.Contracts:PaymentRequested", true, true)]
    [InlineData("unrouted", "", "", "Payments.Contracts:OrderCaptured", "Payments.Contracts:OrderCaptured", true, true)]
    [InlineData("unrouted", "someone-else", "someone-else", null, "someone-else", true, false)]
    [InlineData("unrouted", "", "", null, null, false, false)]
    public void Of_WhereItWas_IsWhereItGoes(
        string queue, string endpoint, string exchange, string? original, string? name, bool toExchange, bool repeatable)
    {
        var headers = original is null ? null : new Dictionary<string, object?> { ["x-original-exchange"] = System.Text.Encoding.UTF8.GetBytes(original) };

        var decision = ReplayDecision.Of(Letter(queue, endpoint, exchange, headers), Verdict("safe"), Order());

        if (name is null)
            decision.Refusal!.Type.ShouldBe("destination-unknown");
        else
            (decision.Claim!.Destination, decision.Claim.Destination.IsRepeatable).ShouldBe((new ReplayDestination(name, toExchange), repeatable));
    }

    [Theory]
    [InlineData("dangerous", "It would pay twice.", "dangerous", "It would pay twice.", null)]
    [InlineData("dangerous", "It would pay twice.", "dangerous", "It would undo a refund.", "verdict-changed")]
    [InlineData("dangerous", "It would pay twice.", "unknown", "The ledger does not say.", "verdict-changed")]
    [InlineData("dangerous", "It would pay twice.", "no_op", "It was done.", null)]
    [InlineData("unknown", "a", "unknown", "b", null)]
    [InlineData("safe", "a", "dangerous", "b", "verdict-changed")]
    public void Refuse_AVerdictThatGotWorse_IsRefused(string then, string because, string now, string becauseNow, string? refused)
    {
        var letter = Letter();
        var asked = new ReplayApproval(Ulid.NewUlid(), letter.LetterId, "awaiting_approval", "ann", Verdict(then) with { Because = because });

        (asked.Refuse(letter, "bob", Verdict(now) with { Because = becauseNow })?.Type).ShouldBe(refused);
    }

    private static ReplayOrder Order() => new([Ulid.NewUlid()], Ann);

    private static LetterFound Letter(
        string queue = $"{Routes.Wallets}_error", string endpoint = Routes.Wallets, string exchange = "", Dictionary<string, object?>? headers = null)
    {
        var source = new LetterSource(queue, exchange, "", false, new BasicProperties { Headers = headers }, []);
        return new LetterFound(
            Ulid.NewUlid(), "open", DateTimeOffset.UnixEpoch, null, queue, endpoint, 0, LetterHeaders.Write(source, false, out _), null);
    }

    private static DeadLetterVerdict Verdict(string verdict) => new()
    {
        LetterId = Ulid.NewUlid(), Verdict = verdict, Because = "It would pay twice.", Evidence = [], JudgedAt = DateTimeOffset.UnixEpoch,
    };
}
