namespace Payments.Orchestrator.Requesting;

/// <summary>The stable names of the rules a request can break; clients' programs compare them.</summary>
internal static class Rules
{
    public const string Required = "required";

    /// <summary>Another JSON type than expected.</summary>
    public const string Type = "type";

    public const string Length = "length";

    /// <summary>Letters or shape that the field does not take.</summary>
    public const string Format = "format";

    /// <summary>Not one of an enumeration's values.</summary>
    public const string UnknownValue = "unknown_value";

    /// <summary>A member that a closed object, money, does not have.</summary>
    public const string UnknownField = "unknown_field";

    public const string DuplicateField = "duplicate_field";

    /// <summary>U+0000, or escapes that are no Unicode text: nothing we could store.</summary>
    public const string TextInvalid = "text_invalid";

    /// <summary>A number too large, too small or too long to keep.</summary>
    public const string NumberRange = "number_range";

    public const string CardNumber = "card_number";

    /// <summary>A credential's token outside its field, where it would not be encrypted.</summary>
    public const string TokenMisplaced = "token_misplaced";

    public const string Ulid = "ulid";
    public const string DateTime = "date_time";
    public const string AmountNotInteger = "amount_not_integer";
    public const string AmountNotPositive = "amount_not_positive";
    public const string AmountTooLarge = "amount_too_large";
    public const string TotalTooLarge = "total_too_large";
    public const string CurrencyUnknown = "currency_unknown";
    public const string CurrencyMixed = "currency_mixed";
    public const string FeeNegative = "fee_negative";
    public const string FeeCurrency = "fee_currency";
    public const string FeeAboveAmount = "fee_above_amount";
    public const string OrderCount = "order_count";
    public const string OrderDuplicate = "order_duplicate";
    public const string CredentialCount = "credential_count";
    public const string CredentialDuplicate = "credential_duplicate";
    public const string TokenSingleUse = "token_single_use";
    public const string MetadataCount = "metadata_count";

    /// <summary>The key belongs to another request of the merchant.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>The payment id belongs to another request.</summary>
    public const string PaymentIdReused = "payment_id_reused";

    /// <summary>There were more errors than are listed.</summary>
    public const string MoreErrors = "more_errors";
}
