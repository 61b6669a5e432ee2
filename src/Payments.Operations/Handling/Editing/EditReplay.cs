using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;

namespace Payments.Operations.Handling.Editing;

/// <summary>The replay that sends an edit.</summary>
internal sealed record EditReplay(Ulid Id, string State)
{
    private const string Insert = """
        INSERT INTO dead_letter_replay
            (replay_id, letter_id, state, destination, to_exchange, repeatable, verdict, judged, forced, requested_by, reason,
             edit_id)
        VALUES ($1, $2, $3, $4, $5, false, 'unknown', '{}', false, $6, $7, $8)
        """;

    private const string MarkReplaying =
        "UPDATE dead_letter SET state = 'replaying', changed_at = now() WHERE letter_id = $1 AND state = 'open'";

    /// <summary>Claims it in the edit's transaction; where the edit changes money a second person must approve first.</summary>
    public static async Task<EditReplay> Claim(
        NpgsqlConnection connection, LockedLetter letter, EditLetter edit, CancellationToken cancellationToken)
    {
        var replay = new EditReplay(Ulid.NewUlid(), edit.Draft.ChangesMoney ? "awaiting_approval" : "claimed");
        await LetterTable.Execute(
            connection, Insert, cancellationToken, Sql.Value(replay.Id.ToGuid()), Sql.Value(letter.Id.ToGuid()),
            Sql.Value(replay.State), Sql.Value(letter.Endpoint), Sql.Value(letter.Reason == LetterReason.Unrouted),
            Sql.Value(edit.By.RequestedBy), Sql.Value(edit.By.Reason), Sql.Value(edit.EditId.ToGuid()));
        if (replay.State == "claimed")
            await LetterTable.Execute(connection, MarkReplaying, cancellationToken, Sql.Value(letter.Id.ToGuid()));
        return replay;
    }
}
