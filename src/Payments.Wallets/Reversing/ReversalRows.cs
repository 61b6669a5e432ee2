using Payments.Contracts;
using Payments.Wallets.Accounting;
using Payments.Wallets.Remembering;

namespace Payments.Wallets.Reversing;

/// <summary>Which rows a reversal is decided over.</summary>
internal sealed record ReversalKey(string OperationId, string Undoes, IReadOnlyList<string> OrderIds);

/// <summary>What a reversal is decided over; lots are locked.</summary>
/// <param name="Operation">What is known under the reversal's own id.</param>
/// <param name="Undone">What is known of the credit it undoes.</param>
/// <param name="Lots">What that credit opened for the named orders, by order.</param>
/// <param name="Available">What the lots' owners have available, by account; not locked, and guarded when it is written.</param>
internal sealed record ReversalRows(
    Operation? Operation,
    Operation? Undone,
    IReadOnlyDictionary<string, Lot> Lots,
    IReadOnlyDictionary<AccountKey, long> Available);
