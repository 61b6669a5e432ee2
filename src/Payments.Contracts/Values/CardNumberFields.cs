using System.Collections.Frozen;
using System.Text.Json;

namespace Payments.Contracts;

/// <summary>Where in a JSON text card numbers stand. The fields that are not looked at are listed here, and nowhere else.</summary>
public static class CardNumberFields
{
    /// <summary>
    /// Ids, keys and amounts: they are made of digits by right, and one in thirty-five long ones looks like a card number.
    /// Matched by name, whatever the case of its letters, at any depth; only while the value is no object and no array.
    /// </summary>
    private static readonly FrozenSet<string> Excluded = FrozenSet.ToFrozenSet(
        ["paymentId", "idempotencyKey", "merchantId", "buyerId", "orderId", "sellerId", "amount"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The JSON paths of all values (texts, and numbers as they are written) and names with a card number, such as
    /// <c>orders[1].description</c>. A name that holds one is not repeated: its place is its parent's path.
    /// </summary>
    public static IReadOnlyList<string> Find(JsonElement root)
    {
        var found = new List<string>();
        Look(root, "", found);
        return found;
    }

    private static void Look(JsonElement element, string path, List<string> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    LookAt(property, path, found);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    Look(item, $"{path}[{index++}]", found);
                break;
            case JsonValueKind.String when CardNumbers.Contains(element.GetString()):
            case JsonValueKind.Number when CardNumbers.Contains(element.GetRawText()):
                found.Add(path);
                break;
        }
    }

    private static void LookAt(JsonProperty property, string path, List<string> found)
    {
        if (CardNumbers.Contains(property.Name))
        {
            found.Add(path);
            return;
        }

        var isValue = property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
        if (!(isValue && Excluded.Contains(property.Name)))
            Look(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", found);
    }
}
