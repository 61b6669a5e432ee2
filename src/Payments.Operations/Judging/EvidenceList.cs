using System.Globalization;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Operations.Judging;

/// <summary>What was found while a letter was judged, in the order in which it was looked at.</summary>
internal sealed class EvidenceList
{
    private readonly List<VerdictEvidence> _found = [];

    public IReadOnlyList<VerdictEvidence> Found => _found;

    /// <param name="source">As in <see cref="VerdictEvidence.Source"/>.</param>
    /// <param name="sentence">For people.</param>
    /// <param name="data">For programs; what is null is left out.</param>
    public void Add(string source, string sentence, params ReadOnlySpan<(string Name, object? Value)> data)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var (name, value) in data)
        {
            if (value is not null)
                values.Add(name, JsonSerializer.SerializeToElement(value, ContractJson.Options));
        }

        _found.Add(new VerdictEvidence(source, sentence, values));
    }

    /// <summary>In UTC, as everywhere.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A verdict and its reason.</summary>
/// <param name="Verdict">One of <see cref="Verdicts"/>.</param>
/// <param name="Because">One sentence, without what differs from letter to letter: the evidence has that.</param>
internal sealed record Ruling(string Verdict, string Because)
{
    public static Ruling Safe(string because) => new(Verdicts.Safe, because);

    public static Ruling NoOp(string because) => new(Verdicts.NoOp, because);

    public static Ruling Stale(string because) => new(Verdicts.Stale, because);

    public static Ruling Dangerous(string because) => new(Verdicts.Dangerous, because);

    public static Ruling Unknown(string because) => new(Verdicts.Unknown, because);
}
