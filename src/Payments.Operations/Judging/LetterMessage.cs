using System.Text.Json;
using Payments.Contracts;

namespace Payments.Operations.Judging;

/// <summary>
/// The parts of a body that verdicts need beside what every letter has. What is not there, or not what it should be, is null.
/// </summary>
internal sealed record LetterMessage
{
    /// <summary>Whether the body could be read at all.</summary>
    public bool IsRead { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Of a deadline.</summary>
    public int? Epoch { get; init; }

    /// <summary>Of a question: whether the payment moves forward.</summary>
    public bool? Forward { get; init; }

    /// <summary>Of an answer.</summary>
    public string? Reason { get; init; }

    /// <summary>Why a void was refused.</summary>
    public string? Refusal { get; init; }

    public Ulid? WebhookId { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>The client's clock.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    public static LetterMessage Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return Read(Member(root, "message") is { ValueKind: JsonValueKind.Object } message ? message : root);
        }
        catch (JsonException)
        {
            return new LetterMessage();
        }
    }

    private static LetterMessage Read(JsonElement message) => new()
    {
        IsRead = message.ValueKind == JsonValueKind.Object,
        NotAfter = Time(message, "notAfter"),
        Epoch = Member(message, "epoch") is { ValueKind: JsonValueKind.Number } epoch && epoch.TryGetInt32(out var number)
            ? number
            : null,
        Forward = Member(message, "forward")?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        },
        Reason = Text(message, "reason"),
        Refusal = Text(message, "refusal"),
        WebhookId = Ulid.TryParse(Text(message, "webhookId"), out var webhook) ? webhook : null,
        IdempotencyKey = Text(message, "idempotencyKey"),
        RequestedAt = Time(message, "requestedAt"),
    };

    private static DateTimeOffset? Time(JsonElement message, string name)
    {
        try
        {
            return Member(message, name) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var time) ? time : null;
        }
        catch (InvalidOperationException)
        {
            // No valid Unicode.
            return null;
        }
    }

    private static string? Text(JsonElement message, string name) =>
        Member(message, name) is { ValueKind: JsonValueKind.String } text && TextOf(text) is { } read ? read : null;

    private static string? TextOf(JsonElement text)
    {
        try
        {
            // No database takes a NUL in a text.
            return text.GetString() is { } read && !read.Contains('\0') ? read : null;
        }
        catch (InvalidOperationException)
        {
            // No valid Unicode.
            return null;
        }
    }

    /// <summary>In whatever case, as the serializers read it.</summary>
    private static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in element.EnumerateObject())
        {
            if (NameIs(member, name))
                return member.Value;
        }

        return null;
    }

    private static bool NameIs(JsonProperty member, string name)
    {
        try
        {
            return name.Equals(member.Name, StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
