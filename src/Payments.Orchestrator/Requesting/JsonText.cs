using System.Text.Json;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Reading of JSON that never throws: <c>"\ud800"</c> is JSON, but no text; U+0000 is text, but not to PostgreSQL.
/// </summary>
internal static class JsonText
{
    /// <summary>The text of a JSON string; null when it is none that can be stored.</summary>
    public static string? Of(JsonElement value)
    {
        try
        {
            return Storable(value.GetString());
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Of"/>
    public static string? NameOf(JsonProperty property)
    {
        try
        {
            return Storable(property.Name);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The first member of that name, in any case; null when there is none or it is no object.</summary>
    public static JsonElement? Find(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return null;

        foreach (var property in value.EnumerateObject())
        {
            if (string.Equals(NameOf(property), name, StringComparison.OrdinalIgnoreCase))
                return property.Value;
        }

        return null;
    }

    private static string? Storable(string? text) =>
        text is not null && text.Contains('\0', StringComparison.Ordinal) ? null : text;
}
