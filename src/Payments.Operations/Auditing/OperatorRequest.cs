using System.Globalization;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Operations.Auditing;

/// <summary>Who wants something done, and why; the body of a request, or the part of it that every action has.</summary>
/// <param name="RequestedBy">1 to 128 characters. Nobody is signed in yet: it is the name that was given.</param>
/// <param name="Reason">1 to 500 characters.</param>
internal sealed record OperatorRequest(string RequestedBy, string Reason)
{
    private const int MaxNameLength = 128;
    private const int MaxReasonLength = 500;

    /// <summary>Null, and the broken rules added, when something is missing.</summary>
    public static OperatorRequest? Read(JsonElement body, List<FieldError> errors)
    {
        var broken = errors.Count;
        var requestedBy = ReadName(body, "requestedBy", errors);
        var reason = ReadReason(body, errors);
        return errors.Count > broken ? null : new OperatorRequest(requestedBy, reason);
    }

    /// <summary>A person's name, and not the one under which the product itself acts.</summary>
    public static string ReadName(JsonElement body, string field, List<FieldError> errors)
    {
        var name = ReadText(body, field, MaxNameLength, errors);
        var seen = string.Concat(name.Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.Format)).Trim();
        if (seen.Equals(OperatorAction.System, StringComparison.OrdinalIgnoreCase))
            errors.Add(new FieldError(field, "reserved", $"{field} must be a person's name: {OperatorAction.System} is the product's own."));
        return name;
    }

    /// <summary>Why, in the operator's words.</summary>
    public static string ReadReason(JsonElement body, List<FieldError> errors) =>
        ReadText(body, "reason", MaxReasonLength, errors);

    /// <summary>One line that must be there.</summary>
    public static string ReadText(JsonElement body, string field, int maxLength, List<FieldError> errors)
    {
        var text = body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
        if (string.IsNullOrWhiteSpace(text))
            errors.Add(new FieldError(field, "required", $"{field} is required."));
        else if (text.Length > maxLength || text.Any(char.IsControl))
            errors.Add(new FieldError(field, "format", $"{field} must be one line of up to {maxLength} characters."));
        return text;
    }
}
