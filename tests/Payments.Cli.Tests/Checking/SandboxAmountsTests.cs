using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Tests.Checking;

public sealed class SandboxAmountsTests
{
    /// <summary>Each PSP's own minor units of what is 1,000 in ISO 4217's.</summary>
    [Theory]
    [InlineData("stripe", "EUR", 1_000)]
    [InlineData("stripe", "ISK", 100_000)]
    [InlineData("stripe", "UGX", 100_000)]
    [InlineData("stripe", "MGA", 10)]
    [InlineData("stripe", "CLP", 1_000)]
    [InlineData("stripe", "CVE", 1_000)]
    [InlineData("stripe", "IDR", 1_000)]
    [InlineData("stripe", "KWD", 1_000)]
    [InlineData("adyen", "EUR", 1_000)]
    [InlineData("adyen", "ISK", 100_000)]
    [InlineData("adyen", "CLP", 100_000)]
    [InlineData("adyen", "CVE", 10)]
    [InlineData("adyen", "IDR", 10)]
    [InlineData("adyen", "UGX", 1_000)]
    [InlineData("adyen", "MGA", 1_000)]
    [InlineData("square", "ISK", 1_000)]
    [InlineData("square", "JPY", 1_000)]
    [InlineData("square", "IDR", 1_000)]
    [InlineData("braintree", "EUR", 1_000)]
    [InlineData("braintree", "ISK", 1_000)]
    [InlineData("paypal", "HUF", 1_000)]
    public void ToMinor_APspsOwnUnits_IsIso(string psp, string currency, long booked) =>
        SandboxAmounts.ToMinor(psp, currency, booked).ShouldBe(1_000);
}
