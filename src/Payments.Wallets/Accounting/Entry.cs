using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Accounting;

/// <summary>
/// A change of an account or receivable, as deltas in minor units. Balances change by entries only, so that the entries
/// of an account always add up to its balance.
/// </summary>
/// <param name="Account">Whose.</param>
/// <param name="OperationId">Of which operation.</param>
/// <param name="PaymentId">Of which payment.</param>
/// <param name="OrderId">Of which order.</param>
/// <param name="Kind">Of operation.</param>
/// <param name="Pending">Added to what is pending.</param>
/// <param name="Available">Added to what is available.</param>
/// <param name="Owed">Added to what the owner owes.</param>
/// <param name="SeenAvailable">What the decision took to be available: a guard. Null: it does not depend on that.</param>
internal sealed record Entry(
    AccountKey Account,
    string OperationId,
    Ulid PaymentId,
    string OrderId,
    string Kind,
    long Pending,
    long Available,
    long Owed,
    long? SeenAvailable = null) : IWrite;
