using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Querying;

namespace Payments.Operations.Publishing;

/// <summary>
/// A posted request, looked at only as far as its repetition must be told from another one. Everything else is the
/// front door's to judge, so that all broken rules are reported the same way whichever way a request comes.
/// </summary>
internal sealed record PostedPayment
{
    public const string KeyHeader = "Idempotency-Key";
    public const int MaxKeyLength = 255;

    private const string PaymentIdName = "paymentId";
    private const string KeyName = "idempotencyKey";
    private const string MerchantName = "merchantId";

    public required string MerchantId { get; init; }

    public required string IdempotencyKey { get; init; }

    /// <summary>The caller's; null when it leaves that to us.</summary>
    public Ulid? PaymentId { get; init; }

    public required JsonElement Body { get; init; }

    /// <summary>Null, and at least one broken rule added, when it cannot be taken in.</summary>
    public static PostedPayment? Read(JsonElement body, IReadOnlyList<string?> keyHeader, List<FieldError> errors)
    {
        CheckSpelling(body, errors);
        var key = ReadKey(body, keyHeader, errors);
        var merchantId = ReadMerchant(body, errors);
        var paymentId = ReadPaymentId(body, errors);
        return errors.Count > 0
            ? null
            : new PostedPayment { MerchantId = merchantId!, IdempotencyKey = key!, PaymentId = paymentId, Body = body };
    }

    /// <summary>The body with both ids in their places, as it goes to the front door.</summary>
    public void WriteRequest(Utf8JsonWriter writer, Ulid paymentId)
    {
        writer.WriteStartObject();
        writer.WriteString(PaymentIdName, paymentId.ToString());
        writer.WriteString(KeyName, IdempotencyKey);
        foreach (var property in Body.EnumerateObject())
        {
            if (property.Name is not (PaymentIdName or KeyName))
                property.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// The same for two bodies that differ in blanks and order of names only; the key is in the header anyway.
    /// </summary>
    public byte[] Hash() => CanonicalJson.Hash(Body, leaveOut: KeyName);

    private static string? ReadKey(JsonElement body, IReadOnlyList<string?> header, List<FieldError> errors)
    {
        if (header is not [{ } key])
        {
            errors.Add(header.Count == 0
                ? new FieldError(KeyHeader, "required", $"The header {KeyHeader} is required.")
                : new FieldError(KeyHeader, "given_once", $"The header {KeyHeader} can be given once only."));
            return null;
        }

        if (key.Length is 0 or > MaxKeyLength || key.Any(char.IsControl))
        {
            errors.Add(new FieldError(
                KeyHeader, "format", $"The header {KeyHeader} must be 1 to {MaxKeyLength} characters."));
        }

        if (body.TryGetProperty(KeyName, out var inBody)
            && !(inBody.ValueKind == JsonValueKind.String && inBody.ValueEquals(key)))
        {
            errors.Add(new FieldError(
                KeyName, "header_differs", $"{KeyName} must be the same as the header {KeyHeader}."));
        }

        return key;
    }

    private static string? ReadMerchant(JsonElement body, List<FieldError> errors)
    {
        if (!body.TryGetProperty(MerchantName, out var value))
        {
            errors.Add(new FieldError(MerchantName, "required", $"{MerchantName} is required."));
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (Identifiers.CheckName(text, MerchantName) is { } error)
            errors.Add(error);
        return text;
    }

    private static Ulid? ReadPaymentId(JsonElement body, List<FieldError> errors)
    {
        if (!body.TryGetProperty(PaymentIdName, out var value))
            return null;

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (Identifiers.ReadPaymentId(text, PaymentIdName, out var paymentId) is not { } error)
            return paymentId;
        errors.Add(error);
        return null;
    }

    /// <summary>A reader that ignores case would take <c>PaymentId</c> for a second <c>paymentId</c>.</summary>
    private static void CheckSpelling(JsonElement body, List<FieldError> errors)
    {
        string[] names = [PaymentIdName, KeyName, MerchantName];
        foreach (var property in body.EnumerateObject())
        {
            var meant = names.FirstOrDefault(n => n.Equals(property.Name, StringComparison.OrdinalIgnoreCase));
            if (meant is not null && meant != property.Name)
                errors.Add(new FieldError(meant, "spelling", $"Write {meant} in this case of letters."));
        }
    }
}
