using Payments.Ledger.Remembering;

namespace Payments.Ledger.Recording;

/// <summary>Which rows a journal is decided over.</summary>
internal sealed record JournalKey(string OperationId, IReadOnlyList<string> Accounts);

/// <summary>What a journal is decided over.</summary>
/// <param name="Operation">What is known under this operation id.</param>
/// <param name="Blocks">Blocked accounts among those to post to.</param>
internal sealed record JournalRows(Operation? Operation, IReadOnlyList<Block> Blocks);

/// <summary>An account that takes no postings.</summary>
/// <param name="Account">The account.</param>
/// <param name="Currency">Null: in no currency.</param>
internal sealed record Block(string Account, string? Currency)
{
    public bool Covers(Posting posting) =>
        posting.Account == Account && (Currency is null || Currency == posting.Currency);
}
