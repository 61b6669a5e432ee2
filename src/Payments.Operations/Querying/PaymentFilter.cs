using System.Globalization;
using System.Text.RegularExpressions;
using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary>Which payments a list holds.</summary>
internal sealed partial record PaymentFilter
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    private static readonly string[] Names = ["state", "merchant", "from", "to", "cursor", "limit"];
    private static readonly string AllNames = string.Join(", ", Names);
    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
    ];

    public string? State { get; init; }

    public string? Merchant { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Only payments that come after this place.</summary>
    public PageEnd? Before { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Adds every broken rule to the errors.</summary>
    public static PaymentFilter Read(ListPaymentsParameters parameters, IQueryCollection query, List<FieldError> errors)
    {
        foreach (var (name, values) in query)
        {
            if (!Names.Contains(name, StringComparer.OrdinalIgnoreCase))
                errors.Add(new FieldError(name, "unknown", $"There is no such parameter; there are {AllNames}."));
            else if (values.Count > 1)
                errors.Add(new FieldError(name, "given_once", $"{name} can be given once only."));
        }

        if (errors.Count > 0)
            return new PaymentFilter();

        var filter = new PaymentFilter
        {
            State = ReadState(parameters.State, errors),
            Merchant = ReadMerchant(parameters.Merchant, errors),
            From = ReadTime(parameters.From, "from", errors),
            To = ReadTime(parameters.To, "to", errors),
            Before = ReadCursor(parameters.Cursor, errors),
            Limit = ReadLimit(parameters.Limit, errors),
        };
        if (filter is { From: { } from, To: { } to } && from >= to)
            errors.Add(new FieldError("from", "range", "from must be before to."));
        return filter;
    }

    private static string? ReadState(string? text, List<FieldError> errors)
    {
        if (text is not null && !StateName().IsMatch(text))
            errors.Add(new FieldError("state", "format", "state must be the name of a state, for instance Completed."));
        return text;
    }

    private static string? ReadMerchant(string? text, List<FieldError> errors)
    {
        if (text is not null && Identifiers.CheckName(text, "merchant") is { } error)
            errors.Add(error);
        return text;
    }

    private static DateTimeOffset? ReadTime(string? text, string field, List<FieldError> errors)
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

    private static PageEnd? ReadCursor(string? text, List<FieldError> errors)
    {
        if (text is null)
            return null;
        if (PageEnd.TryRead(text, out var end))
            return end;
        errors.Add(new FieldError("cursor", "malformed", "cursor must be the value of next on the page before."));
        return null;
    }

    private static int ReadLimit(string? text, List<FieldError> errors)
    {
        if (text is null)
            return DefaultLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= MaxLimit)
        {
            return limit;
        }

        errors.Add(new FieldError("limit", "range", $"limit must be a whole number from 1 to {MaxLimit}."));
        return DefaultLimit;
    }

    [GeneratedRegex(@"\A[A-Za-z]{1,40}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StateName();

    [GeneratedRegex(
        @"(Z|[+-]\d\d:\d\d)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OffsetAtEnd();
}
