using System.Text.Json;
using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>What an entry of the history tells beyond names: the answer, what was sent to PSPs, and why there.</summary>
internal static class PaymentEvidence
{
    // Sentences are made from the data when they are read.
    private static readonly JsonSerializerOptions Stored = new(ContractJson.Options) { IgnoreReadOnlyProperties = true };

    public static HistoryEvidence? Of(object message, IReadOnlyList<RouteChoice> routes, IEnumerable<object> sent)
    {
        var answer = OrderAnswer.Of(message);
        var operations = sent.Select(Operation).OfType<OperationSent>().ToArray();
        return answer is null && routes.Count == 0 && operations.Length == 0
            ? null
            : new HistoryEvidence
            {
                OperationId = answer?.OperationId,
                Reason = answer?.Reason,
                PspReference = answer?.PspReference,
                Operations = operations.Length == 0 ? null : operations,
                Routes = routes.Count == 0 ? null : [.. routes],
            };
    }

    public static string? Json(HistoryEvidence? evidence) =>
        evidence is null ? null : JsonSerializer.Serialize(evidence, Stored);

    private static OperationSent? Operation(object command) => command switch
    {
        ChargeOrder m => new(nameof(ChargeOrder), m.OrderId, m.OperationId, m.Connection),
        AuthorizeOrder m => new(nameof(AuthorizeOrder), m.OrderId, m.OperationId, m.Connection),
        CaptureOrder m => new(nameof(CaptureOrder), m.OrderId, m.OperationId, m.Connection),
        VoidOrder m => new(nameof(VoidOrder), m.OrderId, m.OperationId, m.Connection),
        RefundOrder m => new(nameof(RefundOrder), m.OrderId, m.OperationId, m.Connection),
        ResolveOrder m => new(nameof(ResolveOrder), m.OrderId, m.OperationId, m.Connection),
        _ => null,
    };
}
