using System.Text;
using System.Text.Json;

namespace Payments.Executor.Psp.Square;

/// <summary>
/// Square captures what a payment's amount is. So before a completion goes out, this reads the payment and, for a partial
/// capture, lowers its amount. The update rides in a header of the stored completion, so that both are stored and, on a
/// replay, sent again byte for byte. Nothing here moves money before the completion itself is passed on.
/// </summary>
internal sealed class SquareCaptures : DelegatingHandler
{
    /// <summary>The body of the update that makes the payment's amount the one to capture. Stays in this process.</summary>
    public const string UpdateHeader = "Payments-Capture-Update";

    /// <summary>On a response: the completion was not sent, because it would have captured another amount.</summary>
    public const string WithheldHeader = "Payments-Capture-Withheld";

    private const int LongestBody = 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Headers.NonValidated.TryGetValues(UpdateHeader, out var updates))
            return await base.SendAsync(request, cancellationToken);
        var update = updates.ToString();
        request.Headers.Remove(UpdateHeader);
        return await ReplyAsync(request, update, cancellationToken) ?? await base.SendAsync(request, cancellationToken);
    }

    /// <summary>Null where the payment is ready to be completed; otherwise what Square says of it instead.</summary>
    private async Task<HttpResponseMessage?> ReplyAsync(
        HttpRequestMessage completion, string update, CancellationToken cancellationToken)
    {
        var wanted = AmountIn(update);
        var read = await ExchangeAsync(completion, HttpMethod.Get, null, cancellationToken);
        if (await PaymentInAsync(read, cancellationToken) is not { Status: "APPROVED" } payment)
            return read;
        if ((payment.Amount, payment.Currency) == wanted)
            return Done(read);
        if (payment.Currency != wanted.Currency || payment.Amount < wanted.Amount || !payment.CanBeLowered)
            return Withheld(read);

        read.Dispose();
        var updated = await ExchangeAsync(completion, HttpMethod.Put, update, cancellationToken);
        var after = await PaymentInAsync(updated, cancellationToken);
        if (after is not null && (after.Amount, after.Currency) == wanted)
            return Done(updated);
        // Refused for good, or done otherwise than asked; anything else may be tried again.
        return updated.IsSuccessStatusCode || (int)updated.StatusCode == 400 ? Withheld(updated) : updated;
    }

    private async Task<HttpResponseMessage> ExchangeAsync(
        HttpRequestMessage completion, HttpMethod method, string? body, CancellationToken cancellationToken)
    {
        var address = completion.RequestUri!.AbsoluteUri;
        using var request = new HttpRequestMessage(method, address[..address.LastIndexOf('/')]);
        foreach (var (name, values) in completion.Headers.NonValidated)
            request.Headers.TryAddWithoutValidation(name, values);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(LongestBody, cancellationToken);
        return response;
    }

    private static async Task<SquarePayment?> PaymentInAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            return null;
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!PspJson.TryParse(body, out var document))
            return null;
        using (document)
            return SquarePayment.Read(document.RootElement.Object("payment"));
    }

    private static (long Amount, string Currency) AmountIn(string update)
    {
        using var document = JsonDocument.Parse(update);
        var money = document.RootElement.GetProperty("payment").GetProperty("amount_money");
        return (money.GetProperty("amount").GetInt64(), money.GetProperty("currency").GetString()!);
    }

    private static HttpResponseMessage? Done(HttpResponseMessage response)
    {
        response.Dispose();
        return null;
    }

    private static HttpResponseMessage Withheld(HttpResponseMessage response)
    {
        response.Headers.TryAddWithoutValidation(WithheldHeader, "true");
        return response;
    }
}
