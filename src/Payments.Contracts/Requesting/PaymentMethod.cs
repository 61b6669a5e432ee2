namespace Payments.Contracts;

/// <summary>How the buyer pays: tokens of one or more PSPs, never a card number.</summary>
public sealed record PaymentMethod
{
    /// <summary>For instance <c>card</c>; routing may depend on it.</summary>
    public required string Type { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code of the issuer's country; routing may depend on it.</summary>
    public string? Country { get; init; }

    /// <summary>At least one. Routing considers only PSPs that have a credential here.</summary>
    public required IReadOnlyList<Credential> Credentials { get; init; }
}

/// <summary>A PSP's token for the buyer's means of payment. It belongs to that PSP alone.</summary>
public sealed record Credential
{
    /// <summary>The PSP's name in lower case: <c>stripe</c>, <c>adyen</c>, <c>paypal</c>, <c>square</c>, <c>braintree</c>.</summary>
    public required string Psp { get; init; }

    /// <summary>
    /// Plain only on the way in. Intake encrypts it (<c>enc:{keyId}:{base64url}</c>, AES-GCM), and only the executor decrypts.
    /// </summary>
    public required string Token { get; init; }

    /// <summary>
    /// The PSP's id of the customer to whom the token belongs, up to 255 characters: at Square the customer of a card on file,
    /// at Adyen the shopper reference of a stored method, at Stripe the customer that a payment method is attached to. Null
    /// where the token stands for itself. No token, and not encrypted.
    /// </summary>
    public string? CustomerReference { get; init; }

    /// <summary>Whether one token may pay several orders; needed when a payment holds more than one.</summary>
    public bool Reusable { get; init; }
}
