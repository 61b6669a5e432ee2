namespace Payments.Flow.Tests.Storm;

/// <summary>A refund that Braintree refuses for now can leave a payment of the storm waiting: it runs when asked for until then.</summary>
internal sealed class WhenAskedAttribute : FactAttribute
{
    public WhenAskedAttribute()
    {
        if (Environment.GetEnvironmentVariable("PAYMENTS_TEST_FULL") != "1" && Environment.GetEnvironmentVariable("PAYMENTS_TEST_STORM") is null)
            Skip = "Runs with infra/test --full, or with PAYMENTS_TEST_STORM set to a number of payments.";
    }
}
