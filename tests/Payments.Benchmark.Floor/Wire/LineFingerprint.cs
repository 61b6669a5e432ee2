using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Payments.Benchmark.Floor.Wire;

/// <summary>What wallets and ledger remember a request by: SHA-256 of its lines as JSON, the same as the product's.</summary>
internal sealed class LineFingerprint
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _json;

    public LineFingerprint() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>What is written next are the members of the only line.</summary>
    public Utf8JsonWriter Begin(bool atomic)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteBoolean("atomic"u8, atomic);
        _json.WriteStartArray("lines"u8);
        _json.WriteStartObject();
        return _json;
    }

    public byte[] End()
    {
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        return SHA256.HashData(_buffer.WrittenSpan);
    }
}

internal static class JsonText
{
    /// <summary>Text as a JSON string, quotes included.</summary>
    public static string Of(string text) => $"\"{JavaScriptEncoder.Default.Encode(text)}\"";
}
