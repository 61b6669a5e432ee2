using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Payments.Benchmark.Floor.Wire;

namespace Payments.Benchmark.Floor.Executor;

/// <summary>The exact request of a sale at Stripe, encrypted: what the product stores before it calls.</summary>
internal sealed class StripeRequest(TokenCipher cipher)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(2048);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    public byte[] Encrypted(ChargeDelivery charge)
    {
        var token = cipher.Decrypt(charge.Token, charge.PaymentId.Text);
        Write(charge.OperationId, Form(charge, token));
        // The product's cipher takes text: the request as base64.
        Span<byte> text = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(_buffer.WrittenCount)];
        Base64.EncodeToUtf8(_buffer.WrittenSpan, text, out _, out var written);
        return Encoding.ASCII.GetBytes(cipher.Encrypt(text[..written], charge.OperationId));
    }

    private static string Form(ChargeDelivery charge, string token) =>
        $"amount={charge.Amount.Amount}&currency={charge.Amount.Currency.ToLowerInvariant()}&capture_method=automatic"
        + $"&confirm=true&payment_method={Uri.EscapeDataString(token)}&automatic_payment_methods[enabled]=true"
        + $"&automatic_payment_methods[allow_redirects]=never&metadata[payment_id]={charge.PaymentId.Text}"
        + $"&metadata[order_id]={Uri.EscapeDataString(charge.OrderId)}"
        + $"&metadata[operation_id]={Uri.EscapeDataString(charge.OperationId)}&expand[]=latest_charge";

    private void Write(string operationId, string form)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteNumber("Version"u8, 1);
        _json.WriteString("Method"u8, "POST"u8);
        _json.WriteString("Path"u8, "v1/payment_intents"u8);
        _json.WriteStartArray("Headers"u8);
        WriteHeader("Stripe-Version"u8, "2023-08-16");
        WriteHeader("Idempotency-Key"u8, operationId);
        _json.WriteEndArray();
        _json.WriteString("ContentType"u8, "application/x-www-form-urlencoded"u8);
        _json.WriteBase64String("Body"u8, Encoding.ASCII.GetBytes(form));
        _json.WriteEndObject();
        _json.Flush();
    }

    private void WriteHeader(ReadOnlySpan<byte> name, string value)
    {
        _json.WriteStartObject();
        _json.WriteString("Name"u8, name);
        _json.WriteString("Value"u8, value);
        _json.WriteEndObject();
    }
}
