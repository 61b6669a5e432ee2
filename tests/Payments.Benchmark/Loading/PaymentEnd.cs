using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Benchmark.Loading;

/// <summary>How a payment ended, as its terminal event says.</summary>
internal enum PaymentEnd : byte
{
    None,
    Completed,
    PartiallyCompleted,
    Failed,
    Rejected,
}

internal static class PaymentEnds
{
    /// <summary>The exchange of each terminal event.</summary>
    public static readonly IReadOnlyDictionary<string, PaymentEnd> ByExchange = new Dictionary<string, PaymentEnd>
    {
        [Routes.Event(typeof(PaymentCompleted))] = PaymentEnd.Completed,
        [Routes.Event(typeof(PaymentPartiallyCompleted))] = PaymentEnd.PartiallyCompleted,
        [Routes.Event(typeof(PaymentFailed))] = PaymentEnd.Failed,
        [Routes.Event(typeof(PaymentRejected))] = PaymentEnd.Rejected,
    };
}
