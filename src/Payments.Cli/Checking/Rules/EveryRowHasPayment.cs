using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>Every row of the books was met with a payment: nothing was overlooked by the other checkers.</summary>
internal sealed class EveryRowHasPayment() : Checker("Every row of the books belongs to a payment")
{
    private readonly Dictionary<string, long> _seen = [];

    public override void Examine(PaymentEvidence payment)
    {
        Count("executor.ops_operation_v1", payment.Operations.Count);
        Count("wallets.ops_lot_v1", payment.Lots.Count);
        Count("wallets.ops_entry_v1", payment.Entries.Count);
        Count("ledger.ops_journal_v1", payment.Journals.Count);
        Count("ledger.ops_posting_v1", payment.Postings.Count);
    }

    public override void Examine(Totals totals)
    {
        foreach (var (view, rows) in totals.Rows)
        {
            Examined += rows;
            var seen = _seen.GetValueOrDefault(view);
            if (seen < rows)
                Violate($"{view} has {rows} rows, of which {rows - seen} belong to no payment we know.");
        }
    }

    private void Count(string view, int rows) => _seen[view] = _seen.GetValueOrDefault(view) + rows;
}
