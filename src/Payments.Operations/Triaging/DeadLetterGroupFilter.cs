using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Payments.Contracts;
using Payments.Operations.Querying;

namespace Payments.Operations.Triaging;

/// <summary>The parameters as text, so that each broken one can be named.</summary>
internal readonly record struct ListDeadLetterGroupsParameters
{
    [FromQuery(Name = "endpoint"), Description("Exact queue the messages failed in, for instance wallets.")]
    public string? Endpoint { get; init; }

    [FromQuery(Name = "reason"), Description("fault, skipped, delivery_limit, unrouted or unreadable.")]
    public string? Reason { get; init; }

    [FromQuery(Name = "type"), Description("Exact message type, for instance Payments.Contracts:CreditWallets.")]
    public string? Type { get; init; }

    [FromQuery(Name = "exception"), Description("Exact exception type, as groups show it.")]
    public string? Exception { get; init; }

    [FromQuery(Name = "text"), Description("Beginnings of words, all of which occur in one letter of the group.")]
    public string? Text { get; init; }

    [FromQuery(Name = "state"), Description("open (default), muted, resolved or all.")]
    public string? State { get; init; }

    [FromQuery(Name = "assignee"), Description("Exact name of who works on it.")]
    public string? Assignee { get; init; }

    [FromQuery(Name = "cursor"), Description("The value of next on the page before.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 200, default 50.")]
    public string? Limit { get; init; }
}

/// <summary>Which groups a list holds.</summary>
internal sealed record DeadLetterGroupFilter
{
    private static readonly string[] Names = ["endpoint", "reason", "type", "exception", "text", "state", "assignee", "cursor", "limit"];

    public string? Endpoint { get; init; }

    public string? Reason { get; init; }

    public string? Type { get; init; }

    public string? Exception { get; init; }

    public string? Words { get; init; }

    /// <summary>Null: every one.</summary>
    public string? State { get; init; }

    public string? Assignee { get; init; }

    public PageEnd? After { get; init; }

    public int Limit { get; init; } = ListParameters.DefaultLimit;

    /// <summary>Adds every broken rule to the errors.</summary>
    public static DeadLetterGroupFilter Read(
        ListDeadLetterGroupsParameters parameters, IQueryCollection query, List<FieldError> errors)
    {
        ListParameters.CheckNames(query, Names, errors);
        return errors.Count > 0 ? new DeadLetterGroupFilter() : new DeadLetterGroupFilter
        {
            Endpoint = ListParameters.ReadText(parameters.Endpoint, "endpoint", errors),
            Reason = DeadLetterFilter.ReadReason(parameters.Reason, errors),
            Type = ListParameters.ReadText(parameters.Type, "type", errors),
            Exception = ListParameters.ReadText(parameters.Exception, "exception", errors),
            Words = DeadLetterFilter.ReadWords(parameters.Text, errors),
            State = ReadState(parameters.State, errors),
            Assignee = ListParameters.ReadText(parameters.Assignee, "assignee", errors),
            After = ListParameters.ReadCursor(parameters.Cursor, errors),
            Limit = ListParameters.ReadLimit(parameters.Limit, errors),
        };
    }

    /// <summary>What is muted or resolved is not to be dealt with now: it is shown when it is asked for.</summary>
    private static string? ReadState(string? text, List<FieldError> errors)
    {
        if (text is not (null or "open" or "muted" or "resolved" or "all"))
            errors.Add(new FieldError("state", "unknown", "state must be open, muted, resolved or all."));
        return text == "all" ? null : text ?? "open";
    }
}
