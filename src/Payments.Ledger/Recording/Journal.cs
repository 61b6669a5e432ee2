using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Ledger.Recording;

/// <summary>One business event of one order, in double entry.</summary>
internal sealed record Journal(
    Ulid JournalId, Ulid PaymentId, string OrderId, string OperationId, JournalKind Kind, IReadOnlyList<Posting> Postings)
    : IWrite;
