using System.Text.RegularExpressions;
using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary>Which payments a list holds.</summary>
internal sealed partial record PaymentFilter
{
    private static readonly string[] Names = ["state", "merchant", "from", "to", "cursor", "limit"];

    public string? State { get; init; }

    public string? Merchant { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Only payments that come after this place.</summary>
    public PageEnd? Before { get; init; }

    public int Limit { get; init; } = ListParameters.DefaultLimit;

    /// <summary>Adds every broken rule to the errors.</summary>
    public static PaymentFilter Read(ListPaymentsParameters parameters, IQueryCollection query, List<FieldError> errors)
    {
        ListParameters.CheckNames(query, Names, errors);
        if (errors.Count > 0)
            return new PaymentFilter();

        var filter = new PaymentFilter
        {
            State = ReadState(parameters.State, errors),
            Merchant = ReadMerchant(parameters.Merchant, errors),
            From = ListParameters.ReadTime(parameters.From, "from", errors),
            To = ListParameters.ReadTime(parameters.To, "to", errors),
            Before = ListParameters.ReadCursor(parameters.Cursor, errors),
            Limit = ListParameters.ReadLimit(parameters.Limit, errors),
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

    [GeneratedRegex(@"\A[A-Za-z]{1,40}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StateName();
}
