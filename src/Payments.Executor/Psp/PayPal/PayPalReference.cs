namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// Our operation id as <c>custom_id</c> and <c>invoice_id</c>. PayPal says a refund's custom id again only in letters, digits
/// and <c>- _ . ,</c>, so a comma stands for each slash; an id that has other characters, or is too long, becomes its hash.
/// </summary>
internal static class PayPalReference
{
    private const int Longest = 127;

    public static string Of(string operationId)
    {
        var isPlain = operationId.Length is > 0 and <= Longest
            && operationId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
        // The blank makes it one that is hashed, whatever else is in it.
        return isPlain ? operationId.Replace('/', ',') : IdempotencyKey.Derive(" " + operationId, Longest);
    }
}
