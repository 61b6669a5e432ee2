using System.Text.Json;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>Reads a request from JSON by hand, so that every broken rule is found and named by its field.</summary>
internal static class RequestReader
{
    private const int MostMetadata = 20;

    /// <summary>Never throws, whatever the JSON is.</summary>
    public static RequestReading Read(JsonElement value)
    {
        var errors = new FieldErrors();
        if (ObjectReader.Object(value, FieldPath.Root, errors) is not { } reader)
            return new BrokenRequest(errors.All) { Hash = RequestDocument.HashBroken(value) };

        var request = ReadRequest(reader, errors);
        var tokens = PaymentMethodReader.SecretsOf(request.PaymentMethod);
        var scan = new RequestScan(errors, tokens);
        scan.Scan(value, RequestShape.Request, FieldPath.Root);
        errors.Hide(tokens);
        return errors.All.Count == 0
            ? new ValidRequest(request, scan.Extras)
            {
                PaymentId = request.PaymentId,
                MerchantId = request.MerchantId,
                IdempotencyKey = request.IdempotencyKey,
                Hash = RequestDocument.Hash(request, scan.Extras),
            }
            : new BrokenRequest(errors.All)
            {
                PaymentId = request.PaymentId == Ulid.Empty ? null : request.PaymentId,
                MerchantId = request.MerchantId,
                IdempotencyKey = request.IdempotencyKey,
                Hash = RequestDocument.HashBroken(value),
            };
    }

    /// <summary>What is missing or malformed is null or empty here; there is an error then.</summary>
    private static PaymentRequested ReadRequest(ObjectReader reader, FieldErrors errors)
    {
        var paymentId = reader.Ulid("paymentId");
        var key = reader.Text("idempotencyKey", TextRule.IdempotencyKey, isRequired: true);
        var merchantId = reader.Text("merchantId", TextRule.Id, isRequired: true);
        var reference = reader.Text("merchantReference", TextRule.MerchantReference, isRequired: false);
        var buyerId = reader.Text("buyerId", TextRule.Id, isRequired: false);
        var method = PaymentMethodReader.Read(reader, errors);
        var policy = reader.Choice<FulfilmentPolicy>("fulfilmentPolicy");
        var orders = OrdersReader.Read(reader, errors);
        if (method is not null)
            PaymentMethodReader.RequireReusableToken(method, orders.Count, errors);

        return new PaymentRequested
        {
            PaymentId = paymentId ?? Ulid.Empty,
            IdempotencyKey = key!,
            MerchantId = merchantId!,
            MerchantReference = reference,
            BuyerId = buyerId,
            PaymentMethod = method!,
            FulfilmentPolicy = policy ?? default,
            Orders = orders,
            Metadata = ReadMetadata(reader, errors),
            RequestedAt = reader.Time("requestedAt"),
        };
    }

    private static Dictionary<string, string>? ReadMetadata(ObjectReader reader, FieldErrors errors)
    {
        const string Name = "metadata";
        if (reader.Member(Name, isRequired: false) is not { } member
            || ObjectReader.Object(member, reader.Path(Name), errors) is null)
        {
            return null;
        }

        if (member.GetPropertyCount() > MostMetadata)
        {
            errors.Add(reader.Path(Name), Rules.MetadataCount, $"Takes up to {MostMetadata} entries.");
            return null;
        }

        var metadata = new Dictionary<string, string>();
        foreach (var property in member.EnumerateObject())
        {
            if (JsonText.NameOf(property) is { } key)
                ReadEntry(key, property.Value, reader.Path(Name).Member(key), metadata, errors);
        }

        return metadata;
    }

    private static void ReadEntry(
        string key, JsonElement value, FieldPath path, Dictionary<string, string> metadata, FieldErrors errors)
    {
        if (TextRule.MetadataKey.Breaks(key) is { } brokenKey)
            errors.Add(path, brokenKey.Rule, $"The name: {brokenKey.Message}");
        if (value.ValueKind != JsonValueKind.String)
            errors.Add(path, Rules.Type, "Expected a string.");
        else if (JsonText.Of(value) is { } text)
            metadata[key] = CheckedValue(text, path, errors);
    }

    private static string CheckedValue(string text, FieldPath path, FieldErrors errors)
    {
        if (TextRule.MetadataValue.Breaks(text) is { } broken)
            errors.Add(path, broken.Rule, broken.Message);
        return text;
    }
}
