using System.Net;
using System.Text.RegularExpressions;
using Payments.Executor.Tests.Hearing;
using Payments.Executor.Tests.Psp.Webhooks;

namespace Payments.Executor.Tests.Executing;

[Collection(ExecutorProcess.Name)]
public sealed partial class When_metrics_are_asked_for
{
    [Fact]
    public async Task Should_say_what_the_meters_counted_as_prometheus_reads_it()
    {
        await using var executor = await ExecutorProcess.Start(new() { ["Webhook__Secrets__0"] = "whsec_of_these_tests" });
        (await Deliveries.Send(WebhookSigning.StripeDelivery("{}", TimeProvider.System.GetUtcNow(), "whsec_another")))
            .Status.ShouldBe(HttpStatusCode.Unauthorized);

        using var http = new HttpClient { BaseAddress = ExecutorProcess.Address };
        var lines = (await http.GetStringAsync(new Uri("metrics", UriKind.Relative)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.ShouldContain("# TYPE payments_webhooks_received_total counter");
        lines.ShouldContain($$"""payments_webhooks_received_total{answer="Refused",connection="{{ExecutorProcess.Connection}}"} 1""");
        lines.ShouldContain("# TYPE http_server_request_duration_seconds histogram");
        lines.ShouldContain(line => line.StartsWith("http_server_request_duration_seconds_bucket{") && line.Contains("le=\"+Inf\"}"));
        lines.Where(line => !Line().IsMatch(line)).ShouldBeEmpty();
    }

    /// <summary>A comment, or a name with labels and a number.</summary>
    [GeneratedRegex("""^(# (HELP|TYPE) [a-z0-9_]+ .*|[a-z0-9_]+(\{([a-z0-9_]+="([^"\\]|\\.)*",?)*\})? -?[0-9.E+-]+)$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();
}
