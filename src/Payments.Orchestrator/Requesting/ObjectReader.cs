using System.Text.Json;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Reads the members of one object, in any case of their names; each that is missing or malformed becomes an error and
/// reads as null. A member that is null counts as missing.
/// </summary>
internal sealed class ObjectReader(JsonElement value, FieldPath path, FieldErrors errors)
{
    public FieldPath Path(string name) => path.Member(name);

    /// <summary>The member, or null; an error when it is required and missing.</summary>
    public JsonElement? Member(string name, bool isRequired)
    {
        if (JsonText.Find(value, name) is { ValueKind: not JsonValueKind.Null } member)
            return member;
        if (isRequired)
            errors.Add(Path(name), Rules.Required, "Is required.");
        return null;
    }

    public string? Text(string name, TextRule rule, bool isRequired)
    {
        if (String(name, isRequired) is not { } text)
            return null;
        if (rule.Breaks(text) is not { } broken)
            return text;
        errors.Add(Path(name), broken.Rule, broken.Message);
        return null;
    }

    public Ulid? Ulid(string name)
    {
        if (String(name, isRequired: true) is not { } text)
            return null;
        if (Contracts.Ulid.TryParse(text, out var ulid) && ulid != Contracts.Ulid.Empty)
            return ulid;
        errors.Add(Path(name), Rules.Ulid, "Must be a ULID: 26 characters of Crockford's base 32, not all zeros.");
        return null;
    }

    public bool? Flag(string name)
    {
        var member = Member(name, isRequired: false);
        if (member is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
            errors.Add(Path(name), Rules.Type, "Expected true or false.");
        return member?.ValueKind == JsonValueKind.True;
    }

    public TEnum? Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (String(name, isRequired: false) is not { } text)
            return null;
        foreach (var choice in Enum.GetValues<TEnum>())
        {
            if (string.Equals(choice.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return choice;
        }

        errors.Add(Path(name), Rules.UnknownValue, $"Must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (String(name, isRequired: false) is null)
            return null;
        if (Member(name, isRequired: false)!.Value.TryGetDateTimeOffset(out var time))
            return time;
        errors.Add(Path(name), Rules.DateTime, "Must be a time of ISO 8601, for instance 2026-01-31T12:00:00Z.");
        return null;
    }

    public ObjectReader? Object(string name, bool isRequired) =>
        Member(name, isRequired) is { } member ? Object(member, Path(name), errors) : null;

    /// <summary>The items of an array; null when it is none.</summary>
    public JsonElement[]? Items(string name)
    {
        if (Member(name, isRequired: true) is not { } member)
            return null;
        if (member.ValueKind == JsonValueKind.Array)
            return [.. member.EnumerateArray()];
        errors.Add(Path(name), Rules.Type, "Expected an array.");
        return null;
    }

    public static ObjectReader? Object(JsonElement value, FieldPath path, FieldErrors errors)
    {
        if (value.ValueKind == JsonValueKind.Object)
            return new ObjectReader(value, path, errors);
        errors.Add(path, Rules.Type, "Expected an object.");
        return null;
    }

    /// <summary>Text that is none, an escaped half of a surrogate pair, is the scan's to report.</summary>
    private string? String(string name, bool isRequired)
    {
        if (Member(name, isRequired) is not { } member)
            return null;
        if (member.ValueKind == JsonValueKind.String)
            return JsonText.Of(member);
        errors.Add(Path(name), Rules.Type, "Expected a string.");
        return null;
    }
}
