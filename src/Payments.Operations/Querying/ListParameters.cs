using System.Globalization;
using System.Text.RegularExpressions;
using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary>The parameters that lists share; every broken rule is added to the errors.</summary>
internal static partial class ListParameters
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
    private const int MaxTextLength = 200;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>A parameter that is not there would silently filter nothing.</summary>
    public static void CheckNames(IQueryCollection query, IReadOnlyList<string> known, List<FieldError> errors)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                errors.Add(new FieldError(name, "unknown", $"There is no such parameter; there are {string.Join(", ", known)}."));
            else if (values.Count > 1)
                errors.Add(new FieldError(name, "given_once", $"{name} can be given once only."));
        }
    }

    public static Ulid? ReadId(string? text, string field, List<FieldError> errors)
    {
        if (text is null)
            return null;
        if (Identifiers.ReadPaymentId(text, field, out var id) is { } error)
            errors.Add(error);
        return id;
    }

    public static string? ReadText(string? text, string field, List<FieldError> errors)
    {
        if (text is not null && (text.Length is 0 or > MaxTextLength || text.Any(char.IsControl)))
            errors.Add(new FieldError(field, "format", $"{field} must be one line of 1 to {MaxTextLength} characters."));
        return text;
    }

    public static DateTimeOffset? ReadTime(string? text, string field, List<FieldError> errors)
    {
        if (text is null)
            return null;
        // A time without offset would mean something else on each machine.
        var read = DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        if (read && (text.Length == TimeFormats[0].Length || OffsetAtEnd().IsMatch(text)))
            return time.ToUniversalTime();
        errors.Add(new FieldError(
            field, "time", $"{field} must be a date (2026-01-31) or a time with its offset (2026-01-31T13:00:00Z)."));
        return null;
    }

    public static PageEnd? ReadCursor(string? text, List<FieldError> errors)
    {
        if (text is null)
            return null;
        if (PageEnd.TryRead(text, out var end))
            return end;
        errors.Add(new FieldError("cursor", "malformed", "cursor must be the value of next on the page before."));
        return null;
    }

    public static int ReadLimit(string? text, List<FieldError> errors, int usual = DefaultLimit, int most = MaxLimit)
    {
        if (text is null)
            return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most)
            return limit;
        errors.Add(new FieldError("limit", "range", $"limit must be a whole number from 1 to {most}."));
        return usual;
    }

    [GeneratedRegex(
        @"(Z|[+-]\d\d:\d\d)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OffsetAtEnd();
}
