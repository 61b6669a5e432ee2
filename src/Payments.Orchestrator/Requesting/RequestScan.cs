using System.Globalization;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Goes through every name and value of a request, known or not: finds card numbers, tokens outside their field, what
/// could not be stored, and members given twice; gathers unknown members.
/// </summary>
internal sealed class RequestScan(FieldErrors errors, IReadOnlyList<string> tokens)
{
    private const int LongestNumber = 64;
    private const int LargestExponent = 400;

    private readonly List<ExtraField> _extras = [];

    /// <summary>Members that no contract names, to be kept.</summary>
    public IReadOnlyList<ExtraField> Extras => _extras;

    public void Scan(JsonElement value, RequestShape? shape, FieldPath path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                ScanObject(value, shape, path);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Scan(item, shape?.Item, path.Item(index++));
                break;
            case JsonValueKind.String:
                ScanText(JsonText.Of(value), path, shape);
                break;
            case JsonValueKind.Number:
                ScanNumber(value.GetRawText(), path, shape);
                break;
        }
    }

    private void ScanObject(JsonElement value, RequestShape? shape, FieldPath path)
    {
        var known = shape?.Members;
        var names = new HashSet<string>(known is null ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        foreach (var property in value.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            var member = known is not null && name is not null && known.TryGetValue(name, out var found)
                ? found
                : (Name: name ?? "?", Shape: null);
            var memberPath = path.Member(member.Name);
            ScanText(name, memberPath, shape: null);
            if (name is not null && !names.Add(name))
                errors.Add(memberPath, Rules.DuplicateField, "The field is given more than once.");
            if (known is not null && member.Shape is null)
                ScanUnknown(shape!, new ExtraField(path, member.Name, property.Value), memberPath);
            Scan(property.Value, member.Shape, memberPath);
        }
    }

    private void ScanUnknown(RequestShape owner, ExtraField extra, FieldPath path)
    {
        if (owner.IsClosed)
            errors.Add(path, Rules.UnknownField, "Money has the fields amount and currency, and no other.");
        else
            _extras.Add(extra);
    }

    private void ScanText(string? text, FieldPath path, RequestShape? shape)
    {
        if (text is null)
            errors.Add(path, Rules.TextInvalid, "Holds U+0000 or half of a surrogate pair, which cannot be stored.");
        else
            ScanForSecrets(text, path, shape);
    }

    private void ScanNumber(string digits, FieldPath path, RequestShape? shape)
    {
        ScanForSecrets(digits, path, shape);
        if (digits.Length > LongestNumber || Math.Abs(ExponentOf(digits)) > LargestExponent)
        {
            errors.Add(path, Rules.NumberRange,
                $"A number has at most {LongestNumber} characters and an exponent of at most {LargestExponent}.");
        }
    }

    private void ScanForSecrets(string text, FieldPath path, RequestShape? shape)
    {
        if (shape is { MayLookLikeCardNumber: true })
            return;
        if (CardNumbers.Contains(text))
            errors.Add(path, Rules.CardNumber, "Holds what looks like a card number. Send the PSP's token instead.");
        if (shape is not { IsToken: true } && tokens.Any(token => text.Contains(token, StringComparison.Ordinal)))
            errors.Add(path, Rules.TokenMisplaced, "Holds a credential's token, which belongs into its field only.");
    }

    private static int ExponentOf(string digits)
    {
        var mark = digits.AsSpan().IndexOfAny('e', 'E');
        if (mark < 0)
            return 0;
        return int.TryParse(digits.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, null, out var exponent)
            ? exponent
            : LargestExponent + 1;
    }
}

/// <summary>A member that no contract names.</summary>
internal sealed record ExtraField(FieldPath Owner, string Name, JsonElement Value);
