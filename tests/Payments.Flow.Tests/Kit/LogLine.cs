using System.Text.Json;

namespace Payments.Flow.Tests.Kit;

/// <summary>Picks from a service's log what a person wants to see when a journey hangs.</summary>
internal static class LogLine
{
    private const int Longest = 700;

    /// <summary>Null where the line tells of no trouble.</summary>
    public static string? Trouble(string line)
    {
        if (!line.StartsWith('{'))
            return line.StartsWith("info:", StringComparison.Ordinal) || line.StartsWith("  ", StringComparison.Ordinal) ? null : line;
        try
        {
            using var entry = JsonDocument.Parse(line);
            var (level, text) = (Text(entry, "Level"), Text(entry, "RenderedMessage"));
            // Every start has these until the bus is connected.
            if (level is not ("Warning" or "Error" or "Fatal") || text.StartsWith("Health check", StringComparison.Ordinal))
                return null;
            var trouble = $"{Text(entry, "Timestamp")} {level} {text} {Text(entry, "Exception")}";
            return trouble.Length > Longest ? trouble[..Longest] + "..." : trouble;
        }
        catch (JsonException)
        {
            return line;
        }
    }

    private static string Text(JsonDocument entry, string name) =>
        entry.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
}
