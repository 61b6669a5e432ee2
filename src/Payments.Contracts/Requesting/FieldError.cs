namespace Payments.Contracts;

/// <summary>One broken rule of a request.</summary>
/// <param name="Field">JSON path of the field, for instance <c>orders[1].amount.currency</c>; empty for the whole body.</param>
/// <param name="Rule">Stable snake_case name of the rule, for programs: <c>required</c>, <c>currency_mixed</c>.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record FieldError(string Field, string Rule, string Message);
