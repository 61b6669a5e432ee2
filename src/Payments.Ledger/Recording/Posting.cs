namespace Payments.Ledger.Recording;

/// <summary>Minor units on one side of one account.</summary>
internal sealed record Posting(string Account, string Currency, long Debit, long Credit);
