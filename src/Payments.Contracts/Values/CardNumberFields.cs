using System.Collections.Frozen;
using System.Text.Json;

namespace Payments.Contracts;

/// <summary>
/// Where in a JSON text card numbers stand. The fields that are not looked at are listed here, and nowhere else.
/// </summary>
public static class CardNumberFields
{
    /// <summary>
    /// Ids, keys and amounts of a request: they are made of digits by right, and one in thirty-five long ones looks
    /// like a card number. Whatever the case of their letters; what is nested below them is looked at.
    /// </summary>
    private static readonly FrozenSet<string> Excluded = FrozenSet.ToFrozenSet(
        [
            "paymentId", "idempotencyKey", "merchantId", "buyerId", "orders[].orderId", "orders[].sellerId",
            "orders[].amount.amount", "orders[].platformFee.amount",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The JSON paths of all values (texts, and numbers as they are written) and names with a card number, such as
    /// <c>orders[1].description</c>. A name that holds one is not repeated: its place is its parent's path.
    /// </summary>
    public static IReadOnlyList<string> Find(JsonElement root)
    {
        var found = new List<string>();
        Look(root, "", "", found);
        return found;
    }

    /// <param name="element">What is looked at.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="pattern">The same, without the positions in arrays.</param>
    /// <param name="found">The paths found so far.</param>
    private static void Look(JsonElement element, string path, string pattern, List<string> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    LookAt(property, path, pattern, found);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    Look(item, $"{path}[{index++}]", $"{pattern}[]", found);
                break;
            case JsonValueKind.String when !Excluded.Contains(pattern) && CardNumbers.Contains(element.GetString()):
            case JsonValueKind.Number when !Excluded.Contains(pattern) && CardNumbers.Contains(element.GetRawText()):
                found.Add(path);
                break;
        }
    }

    private static void LookAt(JsonProperty property, string path, string pattern, List<string> found)
    {
        if (CardNumbers.Contains(property.Name))
            found.Add(path);
        else
            Look(property.Value, Join(path, property.Name), Join(pattern, property.Name), found);
    }

    private static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}.{name}";
}
