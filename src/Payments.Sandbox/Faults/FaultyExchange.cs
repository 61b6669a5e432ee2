using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Braintree;

namespace Payments.Sandbox.Faults;

/// <summary>
/// Stands before the emulated PSPs, and does to a request what <see cref="FaultRules"/> say: whatever happens on the way to a
/// PSP, and back, is the same at each of them. What only the PSP itself can do is left in the request's items for its server.
/// </summary>
internal sealed class FaultyExchange(
    PspServers psps, FaultRules rules, Book book, IOptions<SandboxOptions> options, TimeProvider time)
{
    /// <inheritdoc cref="PspServers.HandleAsync"/>
    public async Task HandleAsync(HttpContext context, string account, string path)
    {
        if (!options.Value.Accounts.ContainsKey(account) || !rules.Concern(account))
        {
            await psps.HandleAsync(context, account, path);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        context.Request.Body = body;
        var words = new Lazy<IReadOnlyList<string>>(() => [.. Words(path, context.Request.Query, body.ToArray())]);
        var inside = new InsideFaults(rules, account, IsAbout);
        context.Items[typeof(InsideFaults)] = inside;
        switch (rules.Meet(account, IsAbout, IsOfTheWay))
        {
            case { Kind: FaultKind.ChargeLost }:
                context.Abort();
                break;
            case { Kind: FaultKind.ResponseLost }:
                await AnswerOfAsync(context, account, path);
                context.Abort();
                break;
            case { Kind: FaultKind.LateSuccess, Time: var late }:
                context.Abort();
                // The client is gone; the PSP goes on.
                context.RequestAborted = CancellationToken.None;
                await Task.Delay(late, time, CancellationToken.None);
                await AnswerOfAsync(context, account, path);
                break;
            case { Kind: FaultKind.SlowStart or FaultKind.SlowBody or FaultKind.Reset } met:
                await SpoilAsync(context, await AnswerOfAsync(context, account, path), met);
                break;
            case { Kind: FaultKind.RateLimit, RetryAfterSeconds: var seconds }:
                inside.Refusal = new RequestFault(StatusCodes.Status429TooManyRequests, seconds);
                await psps.HandleAsync(context, account, path);
                break;
            case { Kind: FaultKind.Maintenance, RetryAfterSeconds: var seconds }:
                inside.Refusal = new RequestFault(StatusCodes.Status503ServiceUnavailable, seconds);
                await psps.HandleAsync(context, account, path);
                break;
            default:
                await psps.HandleAsync(context, account, path);
                break;
        }

        bool IsAbout(string token) => words.Value.Any(w => w == token || PaymentMethodOf(account, w) == token);
    }

    private static bool IsOfTheWay(FaultKind fault) =>
        fault is not (FaultKind.Saved500 or FaultKind.WrongAmount or FaultKind.DuplicateWebhook);

    /// <summary>What the PSP answers, kept from the client. Status and headers are in the response.</summary>
    private async Task<byte[]> AnswerOfAsync(HttpContext context, string account, string path)
    {
        var wire = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await psps.HandleAsync(context, account, path);
        context.Response.Body = wire;
        return answer.ToArray();
    }

    private async Task SpoilAsync(HttpContext context, byte[] answer, MetFault met)
    {
        // A fault of the token has ended it already.
        if (context.RequestAborted.IsCancellationRequested)
            return;
        var first = met.Kind == FaultKind.SlowStart ? 0 : answer.Length / 2;
        try
        {
            if (first > 0)
            {
                await context.Response.Body.WriteAsync(answer.AsMemory(0, first), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            if (met.Kind == FaultKind.Reset)
            {
                context.Abort();
                return;
            }

            await Task.Delay(met.Time, time, context.RequestAborted);
            await context.Response.Body.WriteAsync(answer.AsMemory(first), context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    /// <summary>Of the payment that a word of the request names: by its id, its key, or the client's reference.</summary>
    private string? PaymentMethodOf(string account, string word) => book.Read(() =>
    {
        var intent = book.Find(account, word)
            ?? (BraintreeObjects.LegacyIdOf(word) is { } id ? book.Find(account, id) : null)
            ?? book.NewestFirst(account).FirstOrDefault(
                i => i.CreateKey == word || i.ChargeId == word || i.Metadata.GetValueOrDefault("operation_id") == word
                    || i.Modifications.Exists(m => m.Id == word));
        return intent?.PaymentMethod;
    });

    /// <summary>Every text of the request that may be a token or an id. A PSP with ids of its own within a payment adds them.</summary>
    private static IEnumerable<string> Words(string path, IQueryCollection query, byte[] body)
    {
        IEnumerable<string> ofPath = path.Split('/').Select(Uri.UnescapeDataString);
        IEnumerable<string> ofQuery = query.SelectMany(q => q.Value).OfType<string>();
        return [.. ofPath, .. ofQuery, .. WordsOf(body)];
    }

    private static IEnumerable<string> WordsOf(byte[] body)
    {
        try
        {
            return WordsOf(JsonNode.Parse(body));
        }
        catch (JsonException)
        {
            return System.Text.Encoding.UTF8.GetString(body).Split('&')
                .Select(f => Uri.UnescapeDataString(f[(f.IndexOf('=', StringComparison.Ordinal) + 1)..].Replace('+', ' ')));
        }
    }

    private static IEnumerable<string> WordsOf(JsonNode? json) => json switch
    {
        JsonObject members => members.SelectMany(m => WordsOf(m.Value)),
        JsonArray items => items.SelectMany(WordsOf),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
