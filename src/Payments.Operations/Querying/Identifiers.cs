using System.Text.RegularExpressions;
using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary>The forms of ids in addresses and parameters.</summary>
internal static partial class Identifiers
{
    /// <summary>Null when the text is a ULID, which <paramref name="id"/> is then; otherwise the broken rule.</summary>
    public static FieldError? ReadPaymentId(string text, string field, out Ulid id) =>
        Ulid.TryParse(text, out id)
            ? null
            : new FieldError(field, "ulid", $"{field} must be a ULID: 26 characters of Crockford's base 32.");

    /// <summary>Merchants, sellers, buyers, orders.</summary>
    public static FieldError? CheckName(string text, string field) =>
        Name().IsMatch(text)
            ? null
            : new FieldError(field, "format", $"{field} must be 1 to 64 characters of A-Z a-z 0-9 . _ -.");

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
