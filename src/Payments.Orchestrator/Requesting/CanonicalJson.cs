using System.Globalization;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// One spelling for JSON that says the same: members sorted by name, no whitespace, one form of each number and text.
/// </summary>
internal static class CanonicalJson
{
    private const int LongestExponent = 9;

    /// <param name="writer">Where to.</param>
    /// <param name="value">Any JSON.</param>
    /// <param name="mask">Masks card numbers, which must not even be hashed.</param>
    /// <param name="leaveOut">Members of the outermost object to leave out, in any case of their names.</param>
    public static void Write(Utf8JsonWriter writer, JsonElement value, bool mask, params ReadOnlySpan<string> leaveOut)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, value, mask, leaveOut);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(writer, item, mask);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Masked(JsonText.Of(value) ?? value.GetRawText(), mask));
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(MaskedNumber(value.GetRawText(), mask));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(
        Utf8JsonWriter writer, JsonElement value, bool mask, ReadOnlySpan<string> leaveOut)
    {
        var members = value.EnumerateObject()
            .Select(property => (Name: JsonText.NameOf(property) ?? property.ToString(), property.Value))
            .OrderBy(member => member.Name, StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var (name, member) in members)
        {
            if (leaveOut.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            writer.WritePropertyName(Masked(name, mask));
            Write(writer, member, mask);
        }

        writer.WriteEndObject();
    }

    private static string Masked(string text, bool mask) => mask ? CardNumbers.Mask(text) : text;

    // Masked before its zeros go: they may belong to the card number. A masked number is none, and becomes text.
    private static string MaskedNumber(string digits, bool mask) =>
        mask && CardNumbers.Contains(digits) ? $"\"{CardNumbers.Mask(digits)}\"" : Number(digits);

    /// <summary>Sign, digits without zeros around them, and a power of ten: 100, 1e2 and 100.0 are alike.</summary>
    internal static string Number(string text)
    {
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = mark < 0 ? text : text[..mark];
        var power = mark < 0 ? "0" : text[(mark + 1)..];
        if (power.Length > LongestExponent)
            return text;

        var sign = mantissa.StartsWith('-') ? "-" : "";
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = mantissa.TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var significant = digits.TrimEnd('0');
        var zeros = digits.Length - significant.Length;
        var exponent = long.Parse(power, NumberStyles.AllowLeadingSign, null) - decimals + zeros;
        return significant.Length == 0 ? "0" : $"{sign}{significant}e{exponent}";
    }
}
