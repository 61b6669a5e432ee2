using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Payments.Contracts;
using Payments.Operations.Querying;

namespace Payments.Operations.Auditing;

/// <summary>The parameters as text, so that each broken one can be named.</summary>
internal readonly record struct ListOperatorActionsParameters
{
    [FromQuery(Name = "letter"), Description("Exact id of the letter that it was done to.")]
    public string? Letter { get; init; }

    [FromQuery(Name = "group"), Description("Exact id of the group that it was done to.")]
    public string? Group { get; init; }

    [FromQuery(Name = "ramp"), Description("Exact id of the ramp that it was done to.")]
    public string? Ramp { get; init; }

    [FromQuery(Name = "payment"), Description("Exact id of the payment that it was done to, or to a letter of it, also a deleted one.")]
    public string? Payment { get; init; }

    [FromQuery(Name = "by"), Description("Exact name of who did it; system: the product by itself.")]
    public string? By { get; init; }

    [FromQuery(Name = "action"), Description("Exact kind of action, for instance discard_letter.")]
    public string? Action { get; init; }

    [FromQuery(Name = "since"), Description("Done at or after: a date, or a time with its offset (RFC 3339).")]
    public string? Since { get; init; }

    [FromQuery(Name = "until"), Description("Done before: a date, or a time with its offset (RFC 3339).")]
    public string? Until { get; init; }

    [FromQuery(Name = "cursor"), Description("The value of next on the page before.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 200, default 50.")]
    public string? Limit { get; init; }
}

/// <summary>Which actions a list holds.</summary>
internal sealed record OperatorActionFilter
{
    private static readonly string[] Names =
        ["letter", "group", "ramp", "payment", "by", "action", "since", "until", "cursor", "limit"];

    /// <summary>A letter, group or ramp.</summary>
    public Ulid? Subject { get; init; }

    /// <summary>And its letters.</summary>
    public Ulid? Payment { get; init; }

    public string? By { get; init; }

    public string? Action { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Only actions that come after this place.</summary>
    public PageEnd? After { get; init; }

    public int Limit { get; init; } = ListParameters.DefaultLimit;

    /// <summary>Adds every broken rule to the errors.</summary>
    public static OperatorActionFilter Read(
        ListOperatorActionsParameters parameters, IQueryCollection query, List<FieldError> errors)
    {
        ListParameters.CheckNames(query, Names, errors);
        if (errors.Count > 0)
            return new OperatorActionFilter();

        var letter = ListParameters.ReadId(parameters.Letter, "letter", errors);
        var group = ListParameters.ReadId(parameters.Group, "group", errors);
        var ramp = ListParameters.ReadId(parameters.Ramp, "ramp", errors);
        var filter = new OperatorActionFilter
        {
            Subject = letter ?? group ?? ramp,
            Payment = ListParameters.ReadId(parameters.Payment, "payment", errors),
            By = ListParameters.ReadText(parameters.By, "by", errors),
            Action = ReadAction(parameters.Action, errors),
            Since = ListParameters.ReadTime(parameters.Since, "since", errors),
            Until = ListParameters.ReadTime(parameters.Until, "until", errors),
            After = ListParameters.ReadCursor(parameters.Cursor, errors),
            Limit = ListParameters.ReadLimit(parameters.Limit, errors),
        };
        string?[] subjects = [parameters.Letter, parameters.Group, parameters.Ramp, parameters.Payment];
        if (subjects.Count(s => s is not null) > 1)
            errors.Add(new FieldError("letter", "one_of", "letter, group, ramp and payment exclude each other: give one of them."));
        if (filter is { Since: { } since, Until: { } until } && since >= until)
            errors.Add(new FieldError("since", "range", "since must be before until."));
        return filter;
    }

    private static string? ReadAction(string? text, List<FieldError> errors)
    {
        if (text is not null && !OperatorActionKinds.All.Contains(text))
            errors.Add(new FieldError("action", "unknown", $"action must be one of {string.Join(", ", OperatorActionKinds.All)}."));
        return text;
    }
}
