using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.Braintree;

/// <summary>
/// Speaks Braintree's GraphQL over HTTP. It is no GraphQL engine: it knows the operations by their root fields, takes
/// arguments from variables only, and answers more fields than were asked for.
/// </summary>
internal sealed partial class BraintreeServer(
    Book book,
    BraintreeWrites writes,
    BraintreeReads reads,
    BraintreeNotices notices,
    AccountFaults faults,
    FaultyWork work,
    IOptions<SandboxOptions> options)
{
    private static readonly string[] Mutations =
    [
        "chargePaymentMethod", "authorizePaymentMethod", "captureTransaction", "reverseTransaction",
        "refundTransaction", "sandboxSettleTransaction",
    ];

    private long _requests;

    public async Task HandleAsync(HttpContext context, string account)
    {
        var requestId = string.Create(
            CultureInfo.InvariantCulture, $"bt-{Interlocked.Increment(ref _requests):D14}");
        // Any public key, and the account's private key.
        var secret = PspWire.BasicSecretIn(context.Request.Headers.Authorization.ToString());
        if (secret != options.Value.Accounts[account].SecretKey)
        {
            await AnswerAsync(context, BraintreeErrors.WrongKeys(), requestId);
            return;
        }

        if (InsideFaults.RefusalOf(context, faults, account) is { } status)
        {
            await AnswerAsync(
                context, status == 429 ? BraintreeErrors.TooMany() : BraintreeErrors.Server(status), requestId);
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method) || await ReadAsync(context, account) is not { } call)
            await AnswerAsync(context, BraintreeErrors.Validation("The request is no known operation."), requestId);
        else if (Mutations.Contains(call.Field))
            await RunAsync(context, call, requestId);
        else
            await AnswerAsync(context, book.Read(() => reads.Do(call)), requestId);
    }

    private async Task RunAsync(HttpContext context, BraintreeCall call, string requestId)
    {
        var fault = InsideFaults.Of(context, isCreate: call.Field is "chargePaymentMethod" or "authorizePaymentMethod")
            ?? book.Read(() => writes.FaultOf(call));
        var reference = call["transaction", "orderId"] ?? call["transactionId"];
        var reply = await work.DoAsync(
            context,
            fault,
            call.Account,
            reference,
            () => book.Execute(
                () => Do(call, fault),
                r => new JournalLine(Intent: r.Changed, Notifications: notices.Of(call.Field, r.Changed))),
            r => r.Changed is not null);
        if (reply is not null)
            await AnswerAsync(context, reply, requestId);
    }

    private BraintreeReply Do(BraintreeCall call, TokenFault fault)
    {
        if (fault == TokenFault.Error)
            return BraintreeErrors.Server(500);
        var reply = writes.Do(call, fault);
        return fault == TokenFault.DoneButError && reply.Changed is not null
            ? BraintreeErrors.Server(500) with { Changed = reply.Changed }
            : reply;
    }

    /// <summary>Null for what is too long, no JSON, or no operation that this emulator knows.</summary>
    private static async Task<BraintreeCall?> ReadAsync(HttpContext context, string account)
    {
        if (context.Request.ContentLength is not <= PspWire.LongestBody
            || !context.Request.Headers.ContainsKey("Braintree-Version"))
        {
            return null;
        }

        try
        {
            var body = await JsonSerializer.DeserializeAsync<Request>(
                context.Request.Body, JsonSerializerOptions.Web, context.RequestAborted);
            return body?.Query is not null && FieldOf(body.Query) is { } field
                ? new BraintreeCall(account, field, body.Variables)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? FieldOf(string query)
    {
        var operation = Operation().Match(query);
        if (!operation.Success)
            return null;
        var roots = operation.Groups["body"].Value;
        if (operation.Groups["kind"].Value == "mutation")
            return Mutations.FirstOrDefault(m => Starts(roots, m));
        if (Starts(roots, "node"))
            return Searches().IsMatch(roots) ? "node+search" : "node";
        return new[] { "ping", "search" }.FirstOrDefault(q => Starts(roots, q));
    }

    private static bool Starts(string text, string name) =>
        text.StartsWith(name, StringComparison.Ordinal) && (text.Length == name.Length || !char.IsLetterOrDigit(text[name.Length]));

    private static Task AnswerAsync(HttpContext context, BraintreeReply reply, string requestId) =>
        PspWire.AnswerAsync(context, reply.Status, reply.ToBody(requestId).ToJsonString());

    [GeneratedRegex(@"^\s*(?<kind>query|mutation)\b[^{]*\{\s*(?<body>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Operation();

    [GeneratedRegex(@"\bsearch\s*\{\s*transactions\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Searches();

    private sealed record Request(string? Query, JsonElement Variables);
}
