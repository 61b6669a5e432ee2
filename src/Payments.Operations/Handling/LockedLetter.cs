using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Problems;

namespace Payments.Operations.Handling;

/// <summary>A letter, and what has been done to send it on.</summary>
internal sealed record LockedLetter : IHandled<LockedLetter>
{
    private const string LockRows =
        "SELECT letter_id FROM dead_letter WHERE letter_id = ANY ($1) ORDER BY letter_id FOR UPDATE";

    // A statement of its own: what the lock was waited for is to be seen.
    private const string Read = """
        SELECT l.letter_id, l.state, l.outcome, l.discarded_by, l.discard_reason, l.money_statement, l.money_reference,
               l.endpoint, l.reason, r.replay_id, r.state, r.requested_by, r.edit_id, s.replay_id, s.state, s.requested_by, s.edit_id
        FROM dead_letter l
        LEFT JOIN LATERAL (
            SELECT * FROM dead_letter_replay WHERE letter_id = l.letter_id AND state <> 'withdrawn'
            ORDER BY replay_id DESC LIMIT 1) r ON true
        LEFT JOIN LATERAL (
            SELECT * FROM dead_letter_replay
            WHERE letter_id = l.letter_id AND state = 'settled' AND (edit_id IS NOT NULL OR outcome <> 'not_sent')
            ORDER BY replay_id DESC LIMIT 1) s ON true
        WHERE l.letter_id = ANY ($1)
        ORDER BY l.letter_id
        """;

    public static string Name => "letter";

    public required Ulid Id { get; init; }

    public required string State { get; init; }

    public string? Outcome { get; init; }

    public string? DiscardedBy { get; init; }

    public string? DiscardReason { get; init; }

    public MoneyStatement? Money { get; init; }

    public required string Endpoint { get; init; }

    public required string Reason { get; init; }

    /// <summary>The last one that was not withdrawn.</summary>
    public LetterReplay? Replay { get; init; }

    /// <summary>The last one that sent it, or may have, or was claimed for an edit: the letter has that content now.</summary>
    public LetterReplay? SentBy { get; init; }

    public object Standing => new { State, Outcome, DiscardedBy, DiscardReason, Money };

    public static async Task<IReadOnlyList<LockedLetter>> Lock(
        NpgsqlConnection connection, IReadOnlyList<Ulid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Select(i => i.ToGuid()).ToArray();
        await using var locking = new NpgsqlCommand(LockRows, connection) { Parameters = { Sql.Value(wanted) } };
        await locking.ExecuteNonQueryAsync(cancellationToken);
        await using var reading = new NpgsqlCommand(Read, connection) { Parameters = { Sql.Value(wanted) } };
        await using var reader = await reading.ExecuteReaderAsync(cancellationToken);
        var letters = new List<LockedLetter>();
        while (await reader.ReadAsync(cancellationToken))
            letters.Add(ReadRow(reader));
        return letters;
    }

    public static ProblemHttpResult Unknown(Ulid id) => Refusal.DeadLetterUnknown(id);

    /// <summary>Null when it is open and no replay of it is under way.</summary>
    public ProblemHttpResult? RefuseUnlessOpen()
    {
        var why = (State, Replay?.State) switch
        {
            ("open", "awaiting_approval") => $"is open, but a replay that {Replay!.RequestedBy} asked for awaits approval",
            ("open", _) => null,
            ("replaying", _) => $"is replaying, as {Replay?.RequestedBy} asked",
            ("discarded", _) => $"is discarded, by {DiscardedBy}",
            _ => $"is {State} ({Outcome}), by a replay that {Replay?.RequestedBy} asked for",
        };
        return why is null ? null : Refusal.Create(
            StatusCodes.Status409Conflict, State == "open" ? "awaiting-approval" : "letter-not-open",
            "That cannot be done now.", $"Letter {Id} {why}.");
    }

    private static LockedLetter ReadRow(NpgsqlDataReader reader) => new()
    {
        Id = Ulid.FromGuid(reader.GetGuid(0)),
        State = reader.GetString(1),
        Outcome = reader.GetText(2),
        DiscardedBy = reader.GetText(3),
        DiscardReason = reader.GetText(4),
        Money = reader.GetText(5) is { } statement ? new MoneyStatement(statement, reader.GetText(6)) : null,
        Endpoint = reader.GetString(7),
        Reason = reader.GetString(8),
        Replay = ReadReplay(reader, 9),
        SentBy = ReadReplay(reader, 13),
    };

    private static LetterReplay? ReadReplay(NpgsqlDataReader reader, int column) => reader.GetUlid(column) is { } id
        ? new LetterReplay(id, reader.GetString(column + 1), reader.GetString(column + 2), reader.GetUlid(column + 3))
        : null;

    internal sealed record LetterReplay(Ulid Id, string State, string RequestedBy, Ulid? EditId);
}
