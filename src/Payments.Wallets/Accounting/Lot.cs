using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Accounting;

/// <summary>One order's credit.</summary>
/// <param name="PaymentId">Names the lot, together with the order.</param>
/// <param name="OrderId">Names the lot, together with the payment.</param>
/// <param name="OperationId">The credit that opened it.</param>
/// <param name="Account">Where its money is.</param>
/// <param name="Credited">Minor units it was opened with.</param>
/// <param name="Remaining">Minor units of it that are still pending.</param>
/// <param name="Reversed">Minor units taken back, from wherever.</param>
internal sealed record Lot(
    Ulid PaymentId, string OrderId, string OperationId, AccountKey Account, long Credited, long Remaining, long Reversed)
    : IWrite;

/// <summary>A reversal of a lot: what is taken from the lot's own money, and in all.</summary>
internal sealed record LotReversal(Ulid PaymentId, string OrderId, long FromLot, long InAll) : IWrite;
