using System.Diagnostics.Metrics;

namespace Payments.Executor.Hearing;

/// <summary>Counts what comes in at <c>/webhooks</c>.</summary>
internal sealed class WebhookMetrics
{
    public const string MeterName = "Payments.Executor.Webhooks";

    private readonly Counter<long> _received;

    public WebhookMetrics(IMeterFactory meters) => _received = meters.Create(MeterName).CreateCounter<long>(
        "payments.webhooks.received", "{notification}", "Deliveries of notifications, by connection and what became of them.");

    public void Count(string connection, WebhookAnswer answer) =>
        _received.Add(1, new("connection", connection), new("answer", answer.ToString()));
}
