using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.PayPal;

/// <summary>Speaks PayPal's wire format for every account of PayPal's, on whichever listener the request came.</summary>
internal sealed class PayPalServer(
    Book book,
    PayPalTokens tokens,
    PayPalWrites writes,
    PayPalReads reads,
    PayPalNotices notices,
    AccountFaults faults,
    FaultyWork work,
    TimeProvider time)
{
    private const int LongestRequestId = 108;

    private long _requests;

    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows, from the version on.</param>
    public async Task HandleAsync(HttpContext context, string account, string path)
    {
        var request = context.Request;
        context.Response.Headers["Paypal-Debug-Id"] = string.Create(
            CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref _requests):D12}");
        var authorization = request.Headers.Authorization.ToString();
        if (path == "v1/oauth2/token")
        {
            await GiveTokenAsync(context, account, authorization);
            return;
        }

        if (HttpMethods.IsGet(request.Method) && path.StartsWith(PayPalSigner.CertificatePath, StringComparison.Ordinal))
        {
            await GiveCertificateAsync(context, path);
            return;
        }

        if (!tokens.IsGood(account, authorization))
        {
            await PspWire.AnswerAsync(context, PayPalErrors.WrongToken());
            return;
        }

        if (InsideFaults.RefusalOf(context, faults, account) is { } status)
        {
            await PspWire.AnswerAsync(context, status == 429 ? PayPalErrors.RateLimited() : PayPalErrors.Server(status));
            return;
        }

        var segments = PspWire.SegmentsOf(path);
        var call = new PayPalCall(
            account,
            request.Method,
            segments,
            request.Query,
            [],
            request.Headers["PayPal-Request-Id"] is [{ Length: > 0 } id, ..] ? id : null,
            request.Headers["Prefer"] == "return=representation",
            MockedBy(request));
        if (HttpMethods.IsGet(request.Method))
            await PspWire.AnswerAsync(context, book.Read(() => reads.Do(call)));
        else if (HttpMethods.IsPost(request.Method))
            await PostAsync(context, call);
        else
            await PspWire.AnswerAsync(context, PayPalErrors.NotFound());
    }

    private async Task GiveTokenAsync(HttpContext context, string account, string authorization)
    {
        if (await PspWire.ReadBodyAsync(context) is not { } body
            || Encoding.UTF8.GetString(body) != "grant_type=client_credentials")
        {
            await PspWire.AnswerAsync(context, new PayPalReply(400, new JsonObject { ["error"] = "unsupported_grant_type" }));
            return;
        }

        await PspWire.AnswerAsync(context, tokens.Give(account, authorization) is { } token
            ? new PayPalReply(200, token)
            : new PayPalReply(401, new JsonObject { ["error"] = "invalid_client" }));
    }

    private static async Task GiveCertificateAsync(HttpContext context, string path)
    {
        if (PayPalSigner.Find(path) is { } pem)
            await context.Response.WriteAsync(pem, context.RequestAborted);
        else
            await PspWire.AnswerAsync(context, PayPalErrors.NotFound());
    }

    private async Task PostAsync(HttpContext context, PayPalCall called)
    {
        if (!IsJson(context.Request.ContentType))
        {
            await PspWire.AnswerAsync(context, new PayPalReply(415, new JsonObject { ["name"] = "UNSUPPORTED_MEDIA_TYPE" }));
            return;
        }

        if (await PspWire.ReadBodyAsync(context) is not { } body
            || (body.Length == 0 ? [] : PspWire.ObjectIn(body)) is not { } json
            || called.RequestId is { Length: > LongestRequestId })
        {
            await PspWire.AnswerAsync(context, PayPalErrors.Syntax("body", "MALFORMED_REQUEST_JSON"));
            return;
        }

        var call = called with { Body = json };
        var once = new RequestKey(call.Account, call.Key, PspWire.FingerprintOf(call.Path, body), call.KeyLifetime);
        await book.OnceAsync(
            once, () => RunAsync(context, call, once), (state, saved) => RepeatAsync(context, call, state, saved));
    }

    private async Task RepeatAsync(HttpContext context, PayPalCall call, KeyState state, SavedAnswer? saved)
    {
        if (saved is null)
        {
            // PayPal does not say what it does with another body under the same id.
            await PspWire.AnswerAsync(context, state == KeyState.InUse
                ? PayPalErrors.InProgress()
                : PayPalErrors.Syntax("PayPal-Request-Id", "INVALID_PARAMETER_VALUE"));
            return;
        }

        var first = saved.Body.Length == 0 ? null : (JsonObject)JsonNode.Parse(saved.Body)!;
        await PspWire.AnswerAsync(context, saved.Status is < 200 or >= 300 || first is null
            ? new PayPalReply(saved.Status, first)
            : new PayPalReply(200, book.Read(() => reads.Current(call, first))));
    }

    private async Task RunAsync(HttpContext context, PayPalCall call, RequestKey once)
    {
        var fault = InsideFaults.Of(context, isCreate: call.Segments is ["v2", "checkout", "orders"])
            ?? book.Read(() => writes.FaultOf(call));
        var reply = await work.DoAsync(
            context,
            fault,
            call.Account,
            call.Key,
            () => book.Execute(() => Do(call, fault), r => Line(call, once, r)),
            r => r.IsSaved);
        if (reply is not null)
            await PspWire.AnswerAsync(context, reply);
    }

    private PayPalReply Do(PayPalCall call, TokenFault fault)
    {
        if (fault == TokenFault.Error)
            return PayPalErrors.Server();
        var reply = writes.Do(call, fault);
        return fault == TokenFault.DoneButError && reply.Changed is not null
            ? PayPalErrors.Server() with { Changed = reply.Changed, Happened = reply.Happened }
            : reply;
    }

    private JournalLine Line(PayPalCall call, RequestKey once, PayPalReply reply) => new(
        Intent: reply.Changed,
        Answer: once.Save(reply, "", time.GetUtcNow()),
        Notifications: notices.Of(call.Account, reply.Happened));

    /// <summary>Of <c>PayPal-Mock-Response: {"mock_application_codes":"..."}</c>, PayPal's own way to test.</summary>
    private static string? MockedBy(HttpRequest request) =>
        request.Headers["PayPal-Mock-Response"] is [{ } header, ..]
            ? PayPalCall.TextIn(PspWire.ObjectIn(Encoding.UTF8.GetBytes(header)), "mock_application_codes")
            : null;

    private static bool IsJson(string? contentType) =>
        contentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
}
