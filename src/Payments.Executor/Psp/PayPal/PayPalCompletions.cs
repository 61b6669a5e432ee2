using System.Text;

namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// PayPal may answer an order with a payment method of its vault as approved, and no more: then it wants a second call, which
/// captures or authorizes. What is to be called rides in a header of the stored creation, so that a replay, which is answered
/// with the order as it is, makes the same second call under the same request id; that one is what moves money, once.
/// </summary>
internal sealed class PayPalCompletions : DelegatingHandler
{
    /// <summary><c>capture</c> or <c>authorize</c>, a blank, and the request id of that call. Stays in this process.</summary>
    public const string CompletionHeader = "Payments-Order-Completion";

    /// <summary>On the second call's response: the id of the order, which PayPal's errors do not name.</summary>
    public const string OrderHeader = "Payments-Order";

    private const string Approved = "APPROVED";
    private const int LongestBody = 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Headers.NonValidated.TryGetValues(CompletionHeader, out var values))
            return await base.SendAsync(request, cancellationToken);
        var completion = values.ToString().Split(' ');
        request.Headers.Remove(CompletionHeader);
        var created = await base.SendAsync(request, cancellationToken);
        if (await ApprovedIn(created, cancellationToken) is not { } order)
            return created;

        created.Dispose();
        using var second = new HttpRequestMessage(
            HttpMethod.Post, $"{request.RequestUri!.AbsoluteUri}/{Uri.EscapeDataString(order)}/{completion[0]}");
        foreach (var (name, value) in request.Headers.NonValidated)
            second.Headers.TryAddWithoutValidation(name, name == PayPalAdapter.KeyHeader ? [completion[1]] : value);
        second.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        var completed = await base.SendAsync(second, cancellationToken);
        completed.Headers.TryAddWithoutValidation(OrderHeader, order);
        return completed;
    }

    /// <summary>The id of an order that is approved and has no payment; null for anything else.</summary>
    private static async Task<string?> ApprovedIn(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            return null;
        await response.Content.LoadIntoBufferAsync(LongestBody, cancellationToken);
        if (!PspJson.TryParse(await response.Content.ReadAsByteArrayAsync(cancellationToken), out var document))
            return null;
        using (document)
        {
            return PayPalOrder.Read(document.RootElement) is { Status: Approved, Captures.Count: 0, Authorizations.Count: 0 } order
                ? order.Id
                : null;
        }
    }
}
