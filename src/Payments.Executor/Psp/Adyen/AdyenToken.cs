namespace Payments.Executor.Psp.Adyen;

/// <summary>
/// Our credential for Adyen: a stored card, and the shopper to whom it belongs, where they are known. A token without a
/// customer reference may hold both: <c>{shopperReference}/{storedPaymentMethodId}</c>.
/// </summary>
internal readonly record struct AdyenToken(string? ShopperReference, string StoredPaymentMethodId)
{
    public static AdyenToken Of(PspOperation operation) => operation.CustomerReference is { } shopper
        ? new AdyenToken(shopper, operation.Token!)
        : Parse(operation.Token!);

    private static AdyenToken Parse(string token)
    {
        var slash = token.LastIndexOf('/');
        return slash < 0 ? new AdyenToken(null, token) : new AdyenToken(token[..slash], token[(slash + 1)..]);
    }

    /// <summary>Says nothing: it is a token.</summary>
    public override string ToString() => nameof(AdyenToken);
}
