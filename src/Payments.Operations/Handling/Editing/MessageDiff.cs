using System.Text.Json;
using System.Text.RegularExpressions;
using Payments.Contracts;

namespace Payments.Operations.Handling.Editing;

/// <summary>The values in which two messages differ, by their paths.</summary>
internal static partial class MessageDiff
{
    private const string Masked = "***";
    private const string EncryptedPrefix = "enc:";
    private const char Nul = '\0';

    /// <summary>Ids end in <c>Id</c>; these identify as well. Lists of order ids are among them.</summary>
    private static readonly HashSet<string> Identifying =
        new(["idempotencyKey", "undoes", "connection", "pspReference", "credited", "recorded"], StringComparer.Ordinal);

    public static IReadOnlyList<DeadLetterEditedValue> Between(JsonElement before, JsonElement after)
    {
        var (old, now) = (Leaves(before), Leaves(after));
        var differing = new List<DeadLetterEditedValue>();
        foreach (var path in old.Keys.Union(now.Keys))
        {
            JsonElement? was = old.TryGetValue(path, out var o) ? o : null;
            JsonElement? isNow = now.TryGetValue(path, out var n) ? n : null;
            if (was is null || isNow is null || !JsonElement.DeepEquals(was.Value, isNow.Value))
                differing.Add(new DeadLetterEditedValue(path, was, isNow));
        }

        return differing;
    }

    /// <summary>Every value that holds no other, by its path.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Leaves(JsonElement root)
    {
        var leaves = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        Collect(root, "", leaves);
        return leaves;
    }

    /// <summary>Something in its path identifies a payment, an order, an operation or a party.</summary>
    public static bool IsIdentifying(DeadLetterEditedValue value) =>
        Names(value.Path).Any(n => n.EndsWith("Id", StringComparison.Ordinal) || Identifying.Contains(n));

    /// <summary>Whatever is not known to move nothing may move money, or keep it from moving.</summary>
    public static bool ChangesMoney(DeadLetterEditedValue value) => !ForPeople().IsMatch(value.Path);

    /// <summary>The database keeps no NUL in JSON.</summary>
    public static bool BringsNul(DeadLetterEditedValue value) =>
        value.After is { } after && (value.Path.Contains(Nul, StringComparison.Ordinal) || HoldsNul(after));

    /// <summary>As it may be shown and recorded: without tokens, U+FFFD for NUL.</summary>
    public static DeadLetterEditedValue Mask(DeadLetterEditedValue value) => new(
        WithoutNul(value.Path), Mask(value.Path, value.Before), Mask(value.Path, value.After));

    public static string WithoutNul(string text) => text.Replace(Nul, '\uFFFD');

    private static JsonElement? Mask(string path, JsonElement? value)
    {
        var isToken = Names(path).Any(n => n.Equals("token", StringComparison.OrdinalIgnoreCase))
            || (value is { ValueKind: JsonValueKind.String } text
                && text.GetString()!.StartsWith(EncryptedPrefix, StringComparison.Ordinal));
        if (isToken && value is not null)
            return JsonSerializer.SerializeToElement(Masked);
        return value is { } held && HoldsNul(held) ? JsonSerializer.SerializeToElement(WithoutNul(held.GetString()!)) : value;
    }

    private static bool HoldsNul(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString()!.Contains(Nul, StringComparison.Ordinal);

    private static void Collect(JsonElement element, string path, Dictionary<string, JsonElement> leaves)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                foreach (var member in element.EnumerateObject())
                    Collect(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", leaves);
                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                foreach (var (index, item) in element.EnumerateArray().Index())
                    Collect(item, $"{path}[{index}]", leaves);
                break;
            default:
                leaves[path] = element;
                break;
        }
    }

    private static IEnumerable<string> Names(string path) => path.Split('.').Select(n => n.Split('[')[0]);

    /// <summary>Texts of a payment's request. A command's description goes to the PSP under a key that it may have had before.</summary>
    [GeneratedRegex(
        @"\A(request\.)?(merchantReference|metadata(\..*)?|orders\[[0-9]+\]\.description)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ForPeople();
}
