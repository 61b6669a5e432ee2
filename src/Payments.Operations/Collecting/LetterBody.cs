using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Operations.Collecting;

/// <summary>What a body says of itself, as far as it can be understood: an envelope of MassTransit, or plain JSON.</summary>
internal sealed record LetterBody
{
    public const string Json = "json";
    public const string Text = "text";
    public const string Binary = "binary";
    public const string Empty = "empty";

    private const int MaxDepth = 16;
    private const int MaxIds = 100;
    private const string UrnPrefix = "urn:message:";

    private readonly List<string> _orderIds = [];
    private readonly List<string> _sellerIds = [];

    /// <summary>json, text (UTF-8), binary or empty.</summary>
    public required string Kind { get; init; }

    /// <summary>As the envelope has it.</summary>
    public string? MessageId { get; private set; }

    /// <summary>The first type of the envelope, such as <c>Payments.Contracts:CreditWallets</c>.</summary>
    public string? MessageType { get; private set; }

    public Ulid? PaymentId { get; private set; }

    public string? MerchantId { get; private set; }

    public string? OperationId { get; private set; }

    public IReadOnlyList<string> OrderIds => _orderIds;

    public IReadOnlyList<string> SellerIds => _sellerIds;

    /// <summary>Its own amount, or the sum over its orders or lines; null with several currencies, or none.</summary>
    public Money? Amount { get; private set; }

    public static LetterBody Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length == 0)
            return new LetterBody { Kind = Empty };
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var body = new LetterBody { Kind = Json };
            body.ReadRoot(document.RootElement);
            return body;
        }
        catch (JsonException)
        {
            return new LetterBody { Kind = IsText(bytes.Span) ? Text : Binary };
        }
    }

    public static byte[] Hash(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes);

    private static bool IsText(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) && bytes.IndexOf((byte)0) < 0;

    private void ReadRoot(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return;
        if (root.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array
            && root.TryGetProperty("message", out var message))
        {
            var first = types.EnumerateArray().Select(TextOf).FirstOrDefault();
            MessageType = first?.StartsWith(UrnPrefix, StringComparison.Ordinal) == true ? first[UrnPrefix.Length..] : first;
            MessageId = Member(root, "messageId") is { } id ? TextOf(id) : null;
            root = message;
        }

        Look(root, 0);
        Amount = ReadAmount(root);
    }

    private void Look(JsonElement element, int depth)
    {
        if (depth > MaxDepth)
            return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Look(item, depth + 1);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
                LookAt(member, depth);
        }
    }

    private void LookAt(JsonProperty member, int depth)
    {
        switch (NameOf(member).ToLowerInvariant())
        {
            case "paymentid":
                PaymentId ??= Ulid.TryParse(TextOf(member.Value), null, out var id) ? id : null;
                break;
            case "merchantid":
                MerchantId ??= TextOf(member.Value);
                break;
            case "operationid":
                OperationId ??= TextOf(member.Value);
                break;
            case "orderid":
                Add(_orderIds, TextOf(member.Value));
                break;
            case "sellerid":
                Add(_sellerIds, TextOf(member.Value));
                break;
            default:
                Look(member.Value, depth + 1);
                break;
        }
    }

    private static void Add(List<string> ids, string? id)
    {
        if (id is { Length: > 0 } && ids.Count < MaxIds && !ids.Contains(id))
            ids.Add(id);
    }

    private static Money? ReadAmount(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
            return null;
        if (Member(message, "amount") is { } own && ReadMoney(own) is { } amount)
            return amount;
        foreach (var list in (string[])["orders", "lines"])
        {
            if (Member(message, list) is { ValueKind: JsonValueKind.Array } items)
                return Sum([.. items.EnumerateArray().Select(ReadItem)]);
        }

        return null;
    }

    private static Money? ReadItem(JsonElement item) =>
        (Member(item, "amount") ?? Member(item, "gross")) is { } amount ? ReadMoney(amount) : null;

    private static Money? Sum(Money?[] amounts)
    {
        if (amounts.Length == 0 || amounts.Any(a => a is null) || amounts.DistinctBy(a => a!.Value.Currency).Count() > 1)
            return null;
        try
        {
            return new Money(amounts.Sum(a => a!.Value.Amount), amounts[0]!.Value.Currency);
        }
        catch (OverflowException)
        {
            return null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Money? ReadMoney(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object ? element.Deserialize<Money>(ContractJson.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in element.EnumerateObject())
        {
            if (name.Equals(NameOf(member), StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }

    /// <summary>Empty for a name that is not valid Unicode.</summary>
    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>Null for what is no text, or no valid Unicode.</summary>
    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
