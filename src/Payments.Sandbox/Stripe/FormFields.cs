using System.Globalization;
using System.Text;

namespace Payments.Sandbox.Stripe;

/// <summary>
/// A form body or a query string, with Stripe's brackets: <c>metadata[order_id]=..</c>, <c>expand[]=..</c>.
/// </summary>
internal sealed class FormFields
{
    private readonly List<(string Name, string Value)> _fields = [];

    public static FormFields Parse(ReadOnlySpan<byte> body) => Parse(Encoding.UTF8.GetString(body));

    public static FormFields Parse(string text)
    {
        var form = new FormFields();
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            form._fields.Add(equals < 0
                ? (Decode(pair), "")
                : (Decode(pair[..equals]), Decode(pair[(equals + 1)..])));
        }

        return form;
    }

    /// <summary>Null where absent or empty.</summary>
    public string? this[string name] =>
        _fields.LastOrDefault(f => f.Name == name).Value is { Length: > 0 } value ? value : null;

    /// <summary>The names without their brackets.</summary>
    public IEnumerable<string> RootNames => _fields.Select(f => f.Name.Split('[')[0]).Distinct();

    public IEnumerable<string> Values(string name) => _fields.Where(f => f.Name == name).Select(f => f.Value);

    /// <summary>Of <c>name[key]=value</c>.</summary>
    public Dictionary<string, string> Map(string name)
    {
        Dictionary<string, string> map = [];
        foreach (var (field, value) in _fields)
        {
            if (field.StartsWith(name + "[", StringComparison.Ordinal) && field.EndsWith(']'))
                map[field[(name.Length + 1)..^1]] = value;
        }

        return map;
    }

    public bool Expands(string name) =>
        Values("expand[]").Contains(name) || Map("expand").ContainsValue(name) || Values("expand[]").Contains(
            "data." + name);

    /// <summary>False where present but not a whole number.</summary>
    public bool TryNumber(string name, out long? number)
    {
        number = null;
        if (this[name] is not { } text)
            return true;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed))
            return false;
        number = parsed;
        return true;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
