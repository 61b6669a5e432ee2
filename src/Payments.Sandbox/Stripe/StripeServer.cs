using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.Stripe;

/// <summary>Speaks Stripe's wire format for every account, on whichever listener the request came.</summary>
internal sealed class StripeServer(
    Book book,
    StripeWrites writes,
    StripeReads reads,
    StripeNotices notices,
    AccountFaults faults,
    FaultyWork work,
    IOptions<SandboxOptions> options,
    TimeProvider time)
{
    private long _requests;

    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows <c>/v1/</c>.</param>
    public async Task HandleAsync(HttpContext context, string account, string path)
    {
        var request = context.Request;
        context.Response.Headers["Request-Id"] = string.Create(
            CultureInfo.InvariantCulture, $"req_{Interlocked.Increment(ref _requests):D14}");
        if (request.Headers["Stripe-Version"] is [{ } version, ..])
            context.Response.Headers["Stripe-Version"] = version;
        if (!options.Value.Accounts.TryGetValue(account, out var settings) || !Bears(request, settings.SecretKey))
        {
            await AnswerAsync(context, StripeErrors.WrongKey());
            return;
        }

        if (InsideFaults.RefusalOf(context, faults, account) is { } status)
        {
            await AnswerAsync(context, status == 429 ? StripeErrors.RateLimited() : StripeErrors.Server(status));
            return;
        }

        var segments = PspWire.SegmentsOf(path);
        if (HttpMethods.IsGet(request.Method))
        {
            var call = new StripeCall(
                account, "GET", segments, FormFields.Parse(request.QueryString.Value ?? ""), null);
            await AnswerAsync(context, book.Read(() => reads.Do(call)));
        }
        else if (HttpMethods.IsPost(request.Method))
        {
            await PostAsync(context, account, segments);
        }
        else
        {
            await AnswerAsync(context, StripeErrors.UnknownUrl(request.Method, path));
        }
    }

    private async Task PostAsync(HttpContext context, string account, string[] segments)
    {
        if (await PspWire.ReadBodyAsync(context) is not { } body)
        {
            await AnswerAsync(context, StripeErrors.Parameter("body", "The request is too long."));
            return;
        }

        var key = context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } sent, ..] ? sent : null;
        if (key is { Length: > 255 })
        {
            await AnswerAsync(context, StripeErrors.Parameter("Idempotency-Key", "A key has at most 255 characters."));
            return;
        }

        var call = new StripeCall(account, "POST", segments, FormFields.Parse(body), key);
        var fingerprint = PspWire.FingerprintOf(call.Path, body);
        if (key is not null)
        {
            var (state, saved) = book.Begin(account, key, fingerprint);
            if (state != KeyState.Started)
            {
                await RepeatAsync(context, state, saved);
                return;
            }
        }

        try
        {
            await RunAsync(context, call, fingerprint);
        }
        finally
        {
            book.Release(account, key);
        }
    }

    private static async Task RepeatAsync(HttpContext context, KeyState state, SavedAnswer? saved)
    {
        if (saved is null)
        {
            await AnswerAsync(context, state == KeyState.InUse ? StripeErrors.KeyInUse() : StripeErrors.KeyMismatch());
            return;
        }

        context.Response.Headers["Idempotent-Replayed"] = "true";
        context.Response.Headers["Original-Request"] = saved.RequestId;
        await PspWire.AnswerAsync(context, saved.Status, saved.Body);
    }

    private async Task RunAsync(HttpContext context, StripeCall call, string fingerprint)
    {
        var fault = InsideFaults.Of(context, isCreate: call.Segments is ["payment_intents"])
            ?? book.Read(() => writes.FaultOf(call));
        var reply = await work.DoAsync(
            context,
            fault,
            call.Account,
            call.Key,
            () => book.Execute(() => Do(call, fault), r => Line(context, call, fingerprint, r)),
            r => r.IsSaved);
        if (reply is not null)
            await AnswerAsync(context, reply);
    }

    private StripeReply Do(StripeCall call, TokenFault fault)
    {
        if (fault == TokenFault.Error)
            return StripeErrors.Server();
        var reply = writes.Do(call, fault);
        return fault == TokenFault.DoneButError && reply.IsSaved
            ? StripeErrors.Server() with { Changed = reply.Changed }
            : reply;
    }

    private JournalLine Line(HttpContext context, StripeCall call, string fingerprint, StripeReply reply)
    {
        var answer = call.Key is null || !reply.IsSaved
            ? null
            : new SavedAnswer(
                call.Account,
                call.Key,
                fingerprint,
                reply.Status,
                reply.Body.ToJsonString(),
                context.Response.Headers["Request-Id"]!,
                time.GetUtcNow());
        var told = call.Segments is ["refunds"] ? notices.OfRefund(reply.Changed) : notices.Of(reply.Changed);
        return new JournalLine(Intent: reply.Changed, Answer: answer, Notifications: told);
    }

    private static bool Bears(HttpRequest request, string secretKey)
    {
        var header = request.Headers.Authorization.ToString();
        var expected = new[]
        {
            "Bearer " + secretKey,
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(secretKey + ":")),
        };
        return expected.Contains(header);
    }

    private static Task AnswerAsync(HttpContext context, StripeReply reply) =>
        PspWire.AnswerAsync(context, reply.Status, reply.Body.ToJsonString());
}
