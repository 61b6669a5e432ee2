using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;
using Payments.Operations.Replaying;

namespace Payments.Operations.Handling.Editing;

/// <summary>A letter is sent on with another body, and from then on with no other.</summary>
/// <param name="By">Who, and why.</param>
/// <param name="Draft">Without broken rules.</param>
/// <param name="Judged">The verdict of the letter with the draft's body, of just now.</param>
internal sealed record EditLetter(
    OperatorRequest By, EditDraft Draft, IReadOnlyDictionary<Ulid, DeadLetterVerdict> Judged) : Change<LockedLetter>(By)
{
    private const string Insert = """
        INSERT INTO dead_letter_edit (edit_id, letter_id, body, diff, changes_money, edited_by, reason)
        SELECT $2, id, $3, $4::jsonb, $5, $6, $7 FROM unnest($1) AS edited (id)
        """;

    public Ulid EditId { get; } = Ulid.NewUlid();

    /// <summary>Once it is claimed.</summary>
    public DeadLetterReplay? Replay { get; private set; }

    public override string Action => "edit_letter";

    public override ProblemHttpResult? Refuse(LockedLetter letter)
    {
        if (letter.RefuseUnlessOpen() is { } notOpen)
            return notOpen;
        if (letter.SentBy is not { } sent)
            return null;
        return Refusal.Create(
            StatusCodes.Status409Conflict, "letter-sent-already", "The letter has been sent on.", sent.EditId is null
                ? $"Letter {letter.Id} may have gone out as it was, by replay {sent.Id} of {sent.RequestedBy}: an edit beside it could act a second time."
                : $"Letter {letter.Id} has been edited by {sent.RequestedBy} (replay {sent.Id}): it can only be replayed as that edit.");
    }

    public override async Task<ProblemHttpResult?> Apply(
        NpgsqlConnection connection, IReadOnlyList<LockedLetter> all, CancellationToken cancellationToken)
    {
        await Execute(
            connection, Insert, all, cancellationToken, Sql.Value(EditId.ToGuid()), Sql.Value(Draft.Body),
            Sql.Value(JsonSerializer.Serialize(Draft.Diff, ContractJson.Options)), Sql.Value(Draft.ChangesMoney),
            Sql.Value(By.RequestedBy), Sql.Value(By.Reason));
        // A dangerous verdict is no obstacle: a second person looks at diff and verdict then.
        var order = new ReplayOrder([all.Single().Id], By, Force: true, EditId: EditId, NeedsApproval: Draft.ChangesMoney);
        var answer = (await ReplayTable.Claim(connection, order, Judged, cancellationToken)).Single();
        Replay = answer.Replay;
        return answer.Refusal is { } refusal ? ReplayEndpoints.Refused(refusal) : null;
    }

    public override object After(LockedLetter letter) => new
    {
        State = Replay!.State == ReplayState.Claimed ? LetterState.Replaying : letter.State,
        EditId,
        Replay.ReplayId,
        Replay = Replay.State,
        Draft.ChangesMoney,
        Draft.Diff,
    };
}
