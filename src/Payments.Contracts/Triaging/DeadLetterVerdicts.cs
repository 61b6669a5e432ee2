using System.Text.Json;

namespace Payments.Contracts;

/// <summary>What a replay of a letter would do, judged from inbox, saga and books; stored and shown in snake_case.</summary>
public static class Verdicts
{
    /// <summary>Its work is not done, and is still wanted.</summary>
    public const string Safe = "safe";

    /// <summary>Its work is done already: a replay would only bring the same answer again.</summary>
    public const string NoOp = "no_op";

    /// <summary>Nobody waits for it any more: a replay would change nothing that matters.</summary>
    public const string Stale = "stale";

    /// <summary>It may move money twice, or against what the saga has decided since.</summary>
    public const string Dangerous = "dangerous";

    /// <summary>Something that would have to be known is missing.</summary>
    public const string Unknown = "unknown";
}

/// <summary>The body of <c>GET /v1/dead-letters/{id}/verdict</c>: as things are at that moment.</summary>
public sealed record DeadLetterVerdict
{
    public required Ulid LetterId { get; init; }

    /// <summary>One of <see cref="Verdicts"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>One sentence: why; of a dangerous one how it would harm, of an unknown one what is missing.</summary>
    public required string Because { get; init; }

    /// <summary>All that was found, in the order in which it was looked at.</summary>
    public required IReadOnlyList<VerdictEvidence> Evidence { get; init; }

    /// <summary>Database clock.</summary>
    public required DateTimeOffset JudgedAt { get; init; }
}

/// <summary>One thing that a verdict rests on.</summary>
/// <param name="Source">
/// <c>letter</c>, <c>replays</c>, <c>inbox</c>, <c>intake</c>, <c>saga</c>, <c>executor</c>, <c>wallets</c> or <c>ledger</c>.
/// </param>
/// <param name="Sentence">What was found, or that nothing was.</param>
/// <param name="Data">The same as data.</param>
public sealed record VerdictEvidence(string Source, string Sentence, IReadOnlyDictionary<string, JsonElement> Data);

/// <summary>
/// The body of <c>GET /v1/dead-letters/groups/{id}/verdict</c>: the verdicts of a group's open letters, summed; of many letters one
/// part after the other.
/// </summary>
public sealed record DeadLetterGroupVerdict
{
    public required Ulid GroupId { get; init; }

    /// <summary>Open letters that are judged here.</summary>
    public required int Letters { get; init; }

    /// <summary>Open letters that the parts after this one judge.</summary>
    public required int Left { get; init; }

    /// <summary>The newest of them all: what comes later is in none of the parts. Null without any.</summary>
    public Ulid? Through { get; init; }

    public required IReadOnlyList<VerdictSum> Verdicts { get; init; }

    /// <summary>Database clock.</summary>
    public required DateTimeOffset JudgedAt { get; init; }

    /// <summary>The cursor of the next part; null on the last one.</summary>
    public string? Next { get; init; }
}

/// <summary>The letters of a group that share a verdict and its reason.</summary>
/// <param name="Verdict">One of <see cref="Contracts.Verdicts"/>.</param>
/// <param name="Because">Its reason, without what differs from letter to letter.</param>
/// <param name="Letters">How many.</param>
/// <param name="Example">The newest of them.</param>
public sealed record VerdictSum(string Verdict, string Because, int Letters, Ulid Example);
