using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;

namespace Payments.Operations.Handling;

/// <summary>Discarded ones are open again.</summary>
internal sealed record RestoreLetters(OperatorRequest By) : Change<LockedLetter>(By)
{
    private const string Restore = """
        UPDATE dead_letter
        SET state = 'open', changed_at = now(), discarded_by = NULL, discard_reason = NULL, money_statement = NULL,
            money_reference = NULL
        WHERE letter_id = ANY ($1) AND state = 'discarded'
        """;

    public override string Action => "restore_letter";

    public override ProblemHttpResult? Refuse(LockedLetter letter) => letter.State == "discarded"
        ? null
        : Refusal.Create(
            StatusCodes.Status409Conflict, "letter-not-discarded", "That cannot be done now.",
            $"Letter {letter.Id} is {letter.State}: there is nothing to restore.");

    public override Task<ProblemHttpResult?> Apply(
        NpgsqlConnection connection, IReadOnlyList<LockedLetter> all, CancellationToken cancellationToken) =>
        Execute(connection, Restore, all, cancellationToken);

    public override object After(LockedLetter letter) => new { State = "open" };
}
