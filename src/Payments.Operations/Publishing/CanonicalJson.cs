using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Payments.Operations.Publishing;

/// <summary>A hash over what a JSON text says, whatever its blanks, its escapes and the order of its names.</summary>
internal static class CanonicalJson
{
    /// <summary>SHA-256. The numbers count as they are written: 1.0 is not 1.</summary>
    public static byte[] Hash(JsonElement root, string leaveOut)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            WriteObject(writer, root, leaveOut);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
            WriteObject(writer, element, leaveOut: null);
        else if (element.ValueKind == JsonValueKind.Array)
            WriteArray(writer, element);
        else
            element.WriteTo(writer);
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement element, string? leaveOut)
    {
        writer.WriteStartObject();
        foreach (var property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (property.Name == leaveOut)
                continue;
            writer.WritePropertyName(property.Name);
            Write(writer, property.Value);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, JsonElement element)
    {
        writer.WriteStartArray();
        foreach (var item in element.EnumerateArray())
            Write(writer, item);
        writer.WriteEndArray();
    }
}
