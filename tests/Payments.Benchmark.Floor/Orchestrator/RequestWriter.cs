using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Payments.Benchmark.Floor.Wire;

namespace Payments.Benchmark.Floor.Orchestrator;

/// <summary>Writes a request as the product stores and sends it, and as it hashes it.</summary>
internal sealed class RequestWriter(TokenCipher cipher)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(2048);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>The contract's members in the contract's order, the tokens encrypted. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Document(PaymentRequest request)
    {
        Begin();
        _json.WriteString("paymentId"u8, request.PaymentId.Text);
        _json.WriteString("idempotencyKey"u8, request.IdempotencyKey);
        _json.WriteString("merchantId"u8, request.MerchantId);
        _json.WriteOptional("merchantReference"u8, request.MerchantReference);
        _json.WriteOptional("buyerId"u8, request.BuyerId);
        WriteMethod(request);
        _json.WriteString("fulfilmentPolicy"u8, request.Policy);
        WriteOrder(request);
        if (request.Metadata is { } metadata)
            WriteMetadata(metadata);
        if (request.RequestedAt is { } requestedAt)
            _json.WriteString("requestedAt"u8, requestedAt);
        return End();
    }

    /// <summary>
    /// SHA-256 of the canonical form: members sorted by name, numbers without zeros at their end, the tokens plain, payment
    /// id and time left out.
    /// </summary>
    public byte[] Hash(PaymentRequest request)
    {
        Begin();
        _json.WriteOptional("buyerId"u8, request.BuyerId);
        _json.WriteString("fulfilmentPolicy"u8, request.Policy);
        _json.WriteString("idempotencyKey"u8, request.IdempotencyKey);
        _json.WriteString("merchantId"u8, request.MerchantId);
        _json.WriteOptional("merchantReference"u8, request.MerchantReference);
        if (request.Metadata is { } metadata)
            WriteMetadata(metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        WriteCanonicalOrder(request);
        WriteCanonicalMethod(request);
        return SHA256.HashData(End());
    }

    private void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
    }

    private ReadOnlySpan<byte> End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    private void WriteMethod(PaymentRequest request)
    {
        _json.WriteStartObject("paymentMethod"u8);
        _json.WriteString("type"u8, request.MethodType);
        _json.WriteOptional("country"u8, request.Country);
        _json.WriteStartArray("credentials"u8);
        foreach (var credential in request.Credentials)
        {
            _json.WriteStartObject();
            _json.WriteString("psp"u8, credential.Psp);
            _json.WriteString("token"u8, cipher.Encrypt(credential.Token, request.PaymentId.Text));
            _json.WriteBoolean("reusable"u8, credential.Reusable);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteOrder(PaymentRequest request)
    {
        _json.WriteStartArray("orders"u8);
        _json.WriteStartObject();
        _json.WriteString("orderId"u8, request.OrderId);
        _json.WriteString("sellerId"u8, request.SellerId);
        _json.WriteMoney("amount"u8, request.Amount);
        if (request.Fee is { } fee)
            _json.WriteMoney("platformFee"u8, fee);
        _json.WriteOptional("description"u8, request.Description);
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void WriteMetadata(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        _json.WriteStartObject("metadata"u8);
        foreach (var (name, value) in metadata)
            _json.WriteString(name, value);
        _json.WriteEndObject();
    }

    private void WriteCanonicalOrder(PaymentRequest request)
    {
        _json.WriteStartArray("orders"u8);
        _json.WriteStartObject();
        WriteCanonicalMoney("amount"u8, request.Amount);
        _json.WriteOptional("description"u8, request.Description);
        _json.WriteString("orderId"u8, request.OrderId);
        if (request.Fee is { } fee)
            WriteCanonicalMoney("platformFee"u8, fee);
        _json.WriteString("sellerId"u8, request.SellerId);
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void WriteCanonicalMethod(PaymentRequest request)
    {
        _json.WriteStartObject("paymentMethod"u8);
        _json.WriteOptional("country"u8, request.Country);
        _json.WriteStartArray("credentials"u8);
        foreach (var credential in request.Credentials)
        {
            _json.WriteStartObject();
            _json.WriteString("psp"u8, credential.Psp);
            _json.WriteBoolean("reusable"u8, credential.Reusable);
            _json.WriteString("token"u8, credential.Token);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteString("type"u8, request.MethodType);
        _json.WriteEndObject();
    }

    private void WriteCanonicalMoney(ReadOnlySpan<byte> name, Money money)
    {
        var (digits, zeros) = (money.Amount, 0);
        for (; digits != 0 && digits % 10 == 0; zeros++)
            digits /= 10;
        _json.WriteStartObject(name);
        _json.WritePropertyName("amount"u8);
        _json.WriteRawValue(digits == 0 ? "0" : $"{digits}e{zeros}", skipInputValidation: true);
        _json.WriteString("currency"u8, money.Currency);
        _json.WriteEndObject();
    }
}
