using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Accounting;

/// <summary>
/// A change of an account or receivable, as deltas in minor units. Balances change by entries only, so that the entries
/// of an account always add up to its balance.
/// </summary>
internal sealed record Entry(
    AccountKey Account,
    string OperationId,
    Ulid PaymentId,
    string OrderId,
    string Kind,
    long Pending,
    long Available,
    long Owed) : IWrite;
