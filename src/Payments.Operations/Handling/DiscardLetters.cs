using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;

namespace Payments.Operations.Handling;

/// <summary>They are not sent on any more.</summary>
/// <param name="By">Who, and why.</param>
/// <param name="Said">What became of their money, where somebody said so.</param>
/// <param name="AtStake">The money of those that have any.</param>
internal sealed record DiscardLetters(OperatorRequest By, MoneyStatement? Said, IReadOnlyDictionary<Ulid, Money> AtStake)
    : Change<LockedLetter>(By)
{
    private const string Discard = """
        UPDATE dead_letter
        SET state = 'discarded', changed_at = now(), discarded_by = $2, discard_reason = $3, money_statement = $4,
            money_reference = $5
        WHERE letter_id = ANY ($1) AND state = 'open'
        """;

    public override string Action => "discard_letter";

    public override ProblemHttpResult? Refuse(LockedLetter letter)
    {
        if (letter.RefuseUnlessOpen() is { } notOpen)
            return notOpen;
        return Said is null && AtStake.TryGetValue(letter.Id, out var money)
            ? Refusal.Invalid(new FieldError(
                "money", "required",
                $"money is required: say what became of the {money} of letter {letter.Id}, one of {string.Join(", ", MoneyStatements.All)}."))
            : null;
    }

    public override Task<ProblemHttpResult?> Apply(
        NpgsqlConnection connection, IReadOnlyList<LockedLetter> all, CancellationToken cancellationToken) => Execute(
            connection, Discard, all, cancellationToken, Sql.Value(By.RequestedBy), Sql.Value(By.Reason),
            Sql.Text(Said?.Statement), Sql.Text(Said?.Reference));

    public override object After(LockedLetter letter) => new
    {
        State = "discarded",
        DiscardedBy = By.RequestedBy,
        DiscardReason = By.Reason,
        Money = Said,
        AtStake = AtStake.TryGetValue(letter.Id, out var money) ? money : (Money?)null,
    };
}
