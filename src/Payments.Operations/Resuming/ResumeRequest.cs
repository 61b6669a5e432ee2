using System.Text.Json;
using Payments.Contracts;

namespace Payments.Operations.Resuming;

/// <summary>Who wants a payment to go on, and why.</summary>
/// <param name="RequestedBy">1 to 128 characters.</param>
/// <param name="Reason">1 to 500 characters.</param>
internal sealed record ResumeRequest(string RequestedBy, string Reason)
{
    private const int MaxNameLength = 128;
    private const int MaxReasonLength = 500;

    /// <summary>Null, and the broken rules added, when something is missing.</summary>
    public static ResumeRequest? Read(JsonElement body, List<FieldError> errors)
    {
        var requestedBy = ReadText(body, "requestedBy", MaxNameLength, errors);
        var reason = ReadText(body, "reason", MaxReasonLength, errors);
        return errors.Count > 0 ? null : new ResumeRequest(requestedBy, reason);
    }

    private static string ReadText(JsonElement body, string name, int maxLength, List<FieldError> errors)
    {
        var text = body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
        if (string.IsNullOrWhiteSpace(text))
            errors.Add(new FieldError(name, "required", $"{name} is required."));
        else if (text.Length > maxLength || text.Any(char.IsControl))
            errors.Add(new FieldError(name, "format", $"{name} must be one line of up to {maxLength} characters."));
        return text;
    }
}
