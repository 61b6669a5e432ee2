using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>The table in infra/docs/running.md: what a new user can try at each PSP.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_a_psp_gets_its_test_tokens(SystemUnderTest system)
{
    [Theory]
    [InlineData("stripe", "pm_card_visa", "Completed", null)]
    [InlineData("stripe", "pm_card_visa_chargeDeclinedInsufficientFunds", "Failed", "insufficient_funds")]
    [InlineData("stripe", "pm_card_visa_chargeDeclinedLostCard", "Failed", "lost_card")]
    [InlineData("stripe", "pm_card_authenticationRequired", "Failed", "authentication_required")]
    [InlineData("adyen", "APPROVED", "Completed", null)]
    [InlineData("adyen", "NOT_ENOUGH_BALANCE", "Failed", "insufficient_funds")]
    [InlineData("adyen", "CARD_EXPIRED", "Failed", "expired_card")]
    [InlineData("square", "cnon:card-nonce-ok", "Completed", null)]
    [InlineData("square", "cnon:card-nonce-declined", "Failed", "generic_decline")]
    [InlineData("square", "cnon:card-nonce-rejected-cvv", "Failed", "incorrect_cvc")]
    [InlineData("braintree", "fake-valid-nonce", "Completed", null)]
    [InlineData("braintree", "fake-processor-declined-visa-nonce", "Failed", "do_not_honor")]
    [InlineData("braintree", "fake-gateway-rejected-fraud-nonce", "Failed", "fraud_suspected")]
    [InlineData("paypal", "pm_card_visa", "Completed", null)]
    [InlineData("paypal", "mock_INSTRUMENT_DECLINED", "Failed", "generic_decline")]
    [InlineData("paypal", "mock_CARD_EXPIRED", "Failed", "expired_card")]
    public async Task Should_end_as_documented(string psp, string token, string state, string? reason)
    {
        var request = new Request { Credentials = [(psp, token)] }
            .With("order-1", 10_000, 1_000).With("order-2", 5_000, 500).With("order-3", 2_500, 0);
        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);

        (payment.State, payment.Reason).ShouldBe((state, reason));
        payment.Orders.ShouldAllBe(o => o.Connection == $"{psp}-a");
    }
}
