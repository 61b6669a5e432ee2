namespace Payments.Benchmark.Psp;

/// <summary>The fields of a form-urlencoded body; an absent one is empty.</summary>
internal sealed class StripeFields
{
    private readonly Dictionary<string, string> _fields = [];

    public StripeFields(string body)
    {
        foreach (var field in body.Split('&'))
        {
            var end = field.IndexOf('=');
            if (end > 0)
                _fields[Uri.UnescapeDataString(field[..end])] = Uri.UnescapeDataString(field[(end + 1)..]);
        }
    }

    public string this[string name] => _fields.GetValueOrDefault(name) ?? "";
}
