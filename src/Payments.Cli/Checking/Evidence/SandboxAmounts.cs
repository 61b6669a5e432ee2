namespace Payments.Cli.Checking.Evidence;

/// <summary>
/// From the amounts of the sandbox's book, which are each PSP's own, to ISO 4217 minor units. Written anew here and not shared
/// with the adapters, so that an error in one of the two shows.
/// </summary>
internal static class SandboxAmounts
{
    /// <summary>
    /// The amount in ISO minor units. Stripe: the "special cases" of its supported currencies. Adyen: where its table of minor
    /// units differs from ISO. Square counts the currency's smallest unit, and the sandbox reads the decimal texts of Braintree
    /// and PayPal into ISO minor units by itself.
    /// </summary>
    /// <param name="psp">Lower-case.</param>
    /// <param name="currency">ISO 4217, upper-case.</param>
    /// <param name="amount">As in the book.</param>
    public static long ToMinor(string psp, string currency, long amount) => (psp, currency) switch
    {
        ("stripe", "ISK" or "UGX") => amount / 100,
        ("stripe", "MGA") => amount * 100,
        ("adyen", "CLP" or "ISK") => amount / 100,
        ("adyen", "CVE" or "IDR") => amount * 100,
        _ => amount,
    };
}
