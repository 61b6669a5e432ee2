using System.Text.Json;
using Payments.Contracts;

namespace Payments.Operations.Handling.Editing;

/// <summary>The values in which two messages differ, by their paths.</summary>
internal static class MessageDiff
{
    private const string Masked = "***";
    private const string EncryptedPrefix = "enc:";

    /// <summary>Ids end in <c>Id</c>; these identify as well. Lists of order ids are among them.</summary>
    private static readonly HashSet<string> Identifying =
        new(["idempotencyKey", "undoes", "connection", "pspReference", "credited", "recorded"], StringComparer.Ordinal);

    /// <summary>How much money moves, from whom, or which way.</summary>
    private static readonly HashSet<string> Moving = new(
        ["amount", "currency", "atomic", "kind", "forward", "fulfilmentPolicy", "token", "customerReference"], StringComparer.Ordinal);

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

    public static bool ChangesMoney(DeadLetterEditedValue value) => Names(value.Path).Any(Moving.Contains);

    /// <summary>As it may be shown and recorded: without tokens.</summary>
    public static DeadLetterEditedValue Mask(DeadLetterEditedValue value) =>
        value with { Before = Mask(value.Path, value.Before), After = Mask(value.Path, value.After) };

    private static JsonElement? Mask(string path, JsonElement? value)
    {
        var isToken = Names(path).Any(n => n.Equals("token", StringComparison.OrdinalIgnoreCase))
            || (value is { ValueKind: JsonValueKind.String } text
                && text.GetString()!.StartsWith(EncryptedPrefix, StringComparison.Ordinal));
        return isToken && value is not null ? JsonSerializer.SerializeToElement(Masked) : value;
    }

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
}
