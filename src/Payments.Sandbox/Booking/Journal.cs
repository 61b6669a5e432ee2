using System.Text.Json;
using System.Text.Json.Serialization;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Booking;

/// <summary>One line: whatever one request changed, together.</summary>
/// <param name="Seed">First line only.</param>
/// <param name="Intent">As it is now.</param>
/// <param name="Answer">Saved under its key.</param>
/// <param name="Notifications">What webhooks are to tell of it.</param>
/// <param name="Delivered">The id of a notification that was taken.</param>
internal sealed record JournalLine(
    string? Seed = null,
    Intent? Intent = null,
    SavedAnswer? Answer = null,
    IReadOnlyList<Notification>? Notifications = null,
    string? Delivered = null);

/// <summary>
/// An append-only file of JSON lines. Each is handed to the operating system whole before the request is answered, so
/// it outlives a killed process; a last line cut short by one is dropped.
/// </summary>
internal sealed class Journal : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
    };

    private readonly FileStream _file;

    public Journal(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            Directory.CreateDirectory(directory);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>Every whole line, once, before the first <see cref="Append"/>.</summary>
    public IReadOnlyList<JournalLine> ReadAll()
    {
        var bytes = new byte[_file.Length];
        _file.Position = 0;
        _file.ReadExactly(bytes);
        List<JournalLine> lines = [];
        var start = 0;
        int length;
        while ((length = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0)
        {
            lines.Add(JsonSerializer.Deserialize<JournalLine>(bytes.AsSpan(start, length), Json)!);
            start += length + 1;
        }

        _file.SetLength(start);
        _file.Position = start;
        return lines;
    }

    public void Append(JournalLine line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n'];
        _file.Write(bytes);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();
}
