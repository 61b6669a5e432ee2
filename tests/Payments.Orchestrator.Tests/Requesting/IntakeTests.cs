using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

public sealed class IntakeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TokenCipher Cipher = new(new TokenOptions
    {
        ActiveKey = "k1",
        Keys = { ["k1"] = Convert.ToBase64String(new byte[32]) },
    });

    private readonly Intake _intake = new(Cipher, new InboxOptions(), new At(Now));

    [Fact]
    public void Decide_New_WritesAndSendsUnderOneId()
    {
        var reading = Requests.Valid().Read();

        var effects = _intake.Decide(reading).Decide(new IntakeRows());

        var payment = effects.Writes.ShouldHaveSingleItem().ShouldBeOfType<AddPayment>();
        var sent = effects.Messages.ShouldHaveSingleItem();
        sent.Id.ShouldBe(payment.StartMessageId);
        sent.Exchange.ShouldBe(Routes.PaymentSaga);
        effects.GateKey.ShouldBe(reading.PaymentId!.Value.ToGuid());
        payment.Body.ShouldNotContain(Requests.Token);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData((24 * 30) - 1, true)]
    [InlineData((24 * 30) + 1, false)]
    [InlineData(24 * 400, false)]
    public void Decide_Repeated_KeepsTheMessageIdWhileTheReceiverRemembersIt(int hoursLater, bool isKept)
    {
        var reading = (ValidRequest)Requests.Valid().Read();
        var startMessageId = Ulid.NewUlid(Now - TimeSpan.FromHours(hoursLater));
        var known = new KnownPayment(
            reading.MerchantId!, reading.IdempotencyKey!, reading.Hash, startMessageId, reading.Request);

        var effects = _intake.Decide(reading).Decide(new IntakeRows(Payment: known));

        effects.Writes.ShouldBeEmpty();
        (effects.Messages.ShouldHaveSingleItem().Id == startMessageId).ShouldBe(isKept);
    }

    [Fact]
    public void Decide_Refused_ChangesNothing()
    {
        var reading = Requests.Valid().Read();

        var effects = _intake.Decide(reading).Decide(
            new IntakeRows(Rejection: new KnownRejection("m", new byte[32], Ulid.NewUlid())));

        effects.Writes.ShouldBeEmpty();
        var refused = effects.Messages.ShouldHaveSingleItem().Message.ShouldBeOfType<PaymentRefused>();
        refused.MerchantId.ShouldBe("demo-shop");
    }

    [Fact]
    public void Decide_BrokenRequest_LocksItsPaymentIdAndNoKey()
    {
        var reading = Requests.Valid().With(r => r.Remove("orders")).Read();

        _intake.Decide(reading).Key.ShouldBe(new IntakeKey(null, null, reading.PaymentId));
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
