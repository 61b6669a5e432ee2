using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Payments.Contracts;
using Payments.Operations.Collecting;
using Payments.Operations.Querying;

namespace Payments.Operations.Triaging;

/// <summary>The parameters as text, so that each broken one can be named.</summary>
internal readonly record struct ListDeadLettersParameters
{
    [FromQuery(Name = "group"), Description("Exact group id.")]
    public string? Group { get; init; }

    [FromQuery(Name = "payment"), Description("Exact payment id.")]
    public string? Payment { get; init; }

    [FromQuery(Name = "order"), Description("Exact order id.")]
    public string? Order { get; init; }

    [FromQuery(Name = "seller"), Description("Exact seller id, named by the letter or one of its payment's sellers.")]
    public string? Seller { get; init; }

    [FromQuery(Name = "merchant"), Description("Exact merchant id, of the letter or its payment.")]
    public string? Merchant { get; init; }

    [FromQuery(Name = "queue"), Description("Exact dead-letter queue, for instance wallets_error.")]
    public string? Queue { get; init; }

    [FromQuery(Name = "endpoint"), Description("Exact queue it failed in, for instance wallets.")]
    public string? Endpoint { get; init; }

    [FromQuery(Name = "reason"), Description("fault, skipped, delivery_limit, unrouted or unreadable.")]
    public string? Reason { get; init; }

    [FromQuery(Name = "type"), Description("Exact message type, for instance Payments.Contracts:CreditWallets.")]
    public string? Type { get; init; }

    [FromQuery(Name = "exception"), Description("Exact exception type, as groups show it.")]
    public string? Exception { get; init; }

    [FromQuery(Name = "text"), Description("Beginnings of words, all of which occur in ids, names or the exception's text.")]
    public string? Text { get; init; }

    [FromQuery(Name = "state"), Description("Exact state of the letter: open, replaying, resolved or discarded.")]
    public string? State { get; init; }

    [FromQuery(Name = "paymentState"), Description("Exact state of the payment's saga, for instance Crediting.")]
    public string? PaymentState { get; init; }

    [FromQuery(Name = "from"), Description("Failed at or after: a date, or a time with its offset (RFC 3339).")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Failed before: a date, or a time with its offset (RFC 3339).")]
    public string? To { get; init; }

    [FromQuery(Name = "minAmount"), Description("At least so much, in minor units: of the payment, or what the letter asks for.")]
    public string? MinAmount { get; init; }

    [FromQuery(Name = "maxAmount"), Description("At most so much, in minor units.")]
    public string? MaxAmount { get; init; }

    [FromQuery(Name = "currency"), Description("Only amounts of this currency, for instance EUR.")]
    public string? Currency { get; init; }

    [FromQuery(Name = "cursor"), Description("The value of next on the page before.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 200, default 50.")]
    public string? Limit { get; init; }
}

/// <summary>Which letters a list holds.</summary>
internal sealed record DeadLetterFilter
{
    private static readonly string[] Names =
    [
        "group", "payment", "order", "seller", "merchant", "queue", "endpoint", "reason", "type", "exception", "text", "state",
        "paymentState", "from", "to", "minAmount", "maxAmount", "currency", "cursor", "limit",
    ];

    public Ulid? Group { get; init; }

    public Ulid? Payment { get; init; }

    public string? Order { get; init; }

    public string? Seller { get; init; }

    public string? Merchant { get; init; }

    public string? Queue { get; init; }

    public string? Endpoint { get; init; }

    public string? Reason { get; init; }

    public string? Type { get; init; }

    public string? Exception { get; init; }

    /// <summary>A <c>tsquery</c>: all words, by their beginnings.</summary>
    public string? Words { get; init; }

    public string? State { get; init; }

    public string? PaymentState { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public long? MinAmount { get; init; }

    public long? MaxAmount { get; init; }

    public string? Currency { get; init; }

    /// <summary>Only letters that come after this place.</summary>
    public PageEnd? After { get; init; }

    public int Limit { get; init; } = ListParameters.DefaultLimit;

    /// <summary>Adds every broken rule to the errors.</summary>
    public static DeadLetterFilter Read(ListDeadLettersParameters parameters, IQueryCollection query, List<FieldError> errors)
    {
        ListParameters.CheckNames(query, Names, errors);
        if (errors.Count > 0)
            return new DeadLetterFilter();

        var filter = new DeadLetterFilter
        {
            Group = ListParameters.ReadId(parameters.Group, "group", errors),
            Payment = ListParameters.ReadId(parameters.Payment, "payment", errors),
            Order = ListParameters.ReadText(parameters.Order, "order", errors),
            Seller = ListParameters.ReadText(parameters.Seller, "seller", errors),
            Merchant = ListParameters.ReadText(parameters.Merchant, "merchant", errors),
            Queue = ListParameters.ReadText(parameters.Queue, "queue", errors),
            Endpoint = ListParameters.ReadText(parameters.Endpoint, "endpoint", errors),
            Reason = ReadReason(parameters.Reason, errors),
            Type = ListParameters.ReadText(parameters.Type, "type", errors),
            Exception = ListParameters.ReadText(parameters.Exception, "exception", errors),
            Words = ReadWords(parameters.Text, errors),
            State = ReadState(parameters.State, errors),
            PaymentState = ListParameters.ReadText(parameters.PaymentState, "paymentState", errors),
            From = ListParameters.ReadTime(parameters.From, "from", errors),
            To = ListParameters.ReadTime(parameters.To, "to", errors),
            MinAmount = ReadAmount(parameters.MinAmount, "minAmount", errors),
            MaxAmount = ReadAmount(parameters.MaxAmount, "maxAmount", errors),
            Currency = ReadCurrency(parameters.Currency, errors),
            After = ListParameters.ReadCursor(parameters.Cursor, errors),
            Limit = ListParameters.ReadLimit(parameters.Limit, errors),
        };
        if (filter is { From: { } from, To: { } to } && from >= to)
            errors.Add(new FieldError("from", "range", "from must be before to."));
        if (filter is { MinAmount: { } min, MaxAmount: { } max } && min > max)
            errors.Add(new FieldError("minAmount", "range", "minAmount must not be above maxAmount."));
        return filter;
    }

    /// <summary>Null, and no error, without a word in it.</summary>
    public static string? ReadWords(string? text, List<FieldError> errors)
    {
        if (ListParameters.ReadText(text, "text", errors) is not { } given)
            return null;
        var words = string.Join(" & ", SearchWords.Split(given).Select(word => $"{word}:*"));
        if (words.Length == 0)
            errors.Add(new FieldError("text", "format", "text must have letters or digits to look for."));
        return words;
    }

    public static string? ReadReason(string? text, List<FieldError> errors)
    {
        if (text is not (null or LetterReason.Fault or LetterReason.Skipped or LetterReason.DeliveryLimit or LetterReason.Unrouted or LetterReason.Unreadable))
            errors.Add(new FieldError("reason", "unknown", "reason must be fault, skipped, delivery_limit, unrouted or unreadable."));
        return text;
    }

    private static string? ReadState(string? text, List<FieldError> errors)
    {
        if (text is not (null or "open" or "replaying" or "resolved" or "discarded"))
            errors.Add(new FieldError("state", "unknown", "state must be open, replaying, resolved or discarded."));
        return text;
    }

    private static long? ReadAmount(string? text, string field, List<FieldError> errors)
    {
        if (text is null)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            return amount;
        errors.Add(new FieldError(field, "range", $"{field} must be a whole number of minor units."));
        return null;
    }

    private static string? ReadCurrency(string? text, List<FieldError> errors)
    {
        if (text is not null && !Contracts.Currency.TryParse(text, null, out _))
            errors.Add(new FieldError("currency", "currency_unknown", "currency must be a code of ISO 4217, three upper-case letters."));
        return text;
    }
}
