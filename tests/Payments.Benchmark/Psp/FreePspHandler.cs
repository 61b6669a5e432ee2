using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Payments.Benchmark.Psp;

/// <summary>
/// Answers sales, authorizations, captures, voids and refunds in Stripe's format, approving or declining by the token.
/// It remembers nothing: an intent's id tells all that a later answer needs, so that a restart forgets nothing either.
/// </summary>
internal sealed class FreePspHandler(TimeProvider time) : HttpMessageHandler
{
    /// <summary>What is in the name of each token that the sandbox declines.</summary>
    private const string DeclinedToken = "Declined";

    private const string Intents = "/v1/payment_intents";
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Post || request.Content is null)
            return Reply(HttpStatusCode.NotFound, Error("invalid_request_error", "resource_missing"));
        var form = new StripeFields(await request.Content.ReadAsStringAsync(cancellationToken));
        var path = request.RequestUri!.AbsolutePath;
        if (path.EndsWith(Intents, StringComparison.Ordinal))
            return Create(form);
        if (path.EndsWith("/v1/refunds", StringComparison.Ordinal))
            return Reply(HttpStatusCode.OK, Refund(form));
        var words = path.Split('/');
        return PspIntent.TryParse(Uri.UnescapeDataString(words[^2])) is { } intent
            ? Change(intent, words[^1], form)
            : Reply(HttpStatusCode.NotFound, Error("invalid_request_error", "resource_missing"));
    }

    private HttpResponseMessage Create(StripeFields form)
    {
        var intent = new PspIntent(
            form["metadata[payment_id]"], form["metadata[order_id]"], form["currency"], long.Parse(form["amount"]));
        var isManual = form["capture_method"] == "manual";
        if (form["payment_method"].Contains(DeclinedToken, StringComparison.Ordinal))
        {
            var declined = Render(intent, form["metadata[operation_id]"], "requires_payment_method", 0, 0);
            return Reply(
                HttpStatusCode.PaymentRequired,
                $$$"""{"error":{"type":"card_error","code":"card_declined","decline_code":"generic_decline","message":"Your card was declined.","payment_intent":{{{declined}}}}}""");
        }

        return Reply(HttpStatusCode.OK, isManual
            ? Render(intent, form["metadata[operation_id]"], "requires_capture", intent.Amount, 0)
            : Render(intent, form["metadata[operation_id]"], "succeeded", 0, intent.Amount));
    }

    private HttpResponseMessage Change(PspIntent intent, string action, StripeFields form) => action switch
    {
        "capture" => Reply(
            HttpStatusCode.OK, Render(intent, null, "succeeded", 0, long.Parse(form["amount_to_capture"]))),
        "cancel" => Reply(HttpStatusCode.OK, Render(intent, null, "canceled", 0, 0)),
        _ => Reply(HttpStatusCode.NotFound, Error("invalid_request_error", "resource_missing")),
    };

    private string Render(PspIntent intent, string? operationId, string status, long capturable, long received) =>
        $$$"""{"id":"{{{intent.Id}}}","object":"payment_intent","amount":{{{intent.Amount}}},"amount_capturable":{{{capturable}}},"amount_received":{{{received}}},"created":{{{time.GetUtcNow().ToUnixTimeSeconds()}}},"currency":"{{{intent.Currency}}}","livemode":false,"metadata":{"payment_id":"{{{intent.PaymentId}}}","order_id":"{{{intent.OrderId}}}","operation_id":"{{{operationId}}}"},"status":"{{{status}}}"}""";

    private static string Refund(StripeFields form)
    {
        var intent = form["payment_intent"];
        var currency = PspIntent.TryParse(intent)?.Currency;
        return $$$"""{"id":"re_{{{intent}}}","object":"refund","amount":{{{form["amount"]}}},"currency":"{{{currency}}}","metadata":{"payment_id":"{{{form["metadata[payment_id]"]}}}","order_id":"{{{form["metadata[order_id]"]}}}","operation_id":"{{{form["metadata[operation_id]"]}}}"},"payment_intent":"{{{intent}}}","status":"succeeded"}""";
    }

    private static string Error(string type, string code) => $$$"""{"error":{"type":"{{{type}}}","code":"{{{code}}}"}}""";

    private static HttpResponseMessage Reply(HttpStatusCode status, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = Json;
        return new HttpResponseMessage(status) { Content = content };
    }
}
