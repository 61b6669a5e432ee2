namespace Payments.Executor.Psp.Adyen;

/// <summary>
/// Our credential for Adyen: <c>{shopperReference}/{storedPaymentMethodId}</c>, because a stored card belongs to a shopper
/// and Adyen wants both; without a slash it is the stored card alone.
/// </summary>
internal readonly record struct AdyenToken(string? ShopperReference, string StoredPaymentMethodId)
{
    public static AdyenToken Parse(string token)
    {
        var slash = token.LastIndexOf('/');
        return slash < 0 ? new AdyenToken(null, token) : new AdyenToken(token[..slash], token[(slash + 1)..]);
    }

    /// <summary>Says nothing: it is a token.</summary>
    public override string ToString() => nameof(AdyenToken);
}
