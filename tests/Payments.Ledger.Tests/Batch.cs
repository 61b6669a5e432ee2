using Payments.Contracts;

namespace Payments.Ledger;

/// <summary>Commands as the saga sends them.</summary>
internal static class Batch
{
    public static JournalLine Line(
        string orderId, string sellerId, long gross, long fee, string currency = "USD", string connection = "stripe-a") =>
        new(
            orderId,
            sellerId,
            connection,
            new Money(gross, Currency.Parse(currency)),
            new Money(fee, Currency.Parse(currency)));

    public static RecordJournal Record(Ulid paymentId, JournalKind kind, params JournalLine[] lines) => new()
    {
        PaymentId = paymentId,
        OperationId = $"{paymentId}/journal-{kind}/1",
        Kind = kind,
        Atomic = true,
        Lines = lines,
    };

    /// <summary>A seller nobody else uses.</summary>
    public static string NewSeller() => $"seller-{Ulid.NewUlid()}";

    /// <summary>A connection nobody else uses, so that its receivable is this test's alone.</summary>
    public static string NewConnection() => $"stripe-{Ulid.NewUlid()}";
}
