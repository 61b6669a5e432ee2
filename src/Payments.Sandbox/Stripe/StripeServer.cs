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
    /// <summary>How long Stripe keeps a key.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

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
            await PspWire.AnswerAsync(context, StripeErrors.WrongKey());
            return;
        }

        if (InsideFaults.RefusalOf(context, faults, account) is { } status)
        {
            await PspWire.AnswerAsync(context, status == 429 ? StripeErrors.RateLimited() : StripeErrors.Server(status));
            return;
        }

        var segments = PspWire.SegmentsOf(path);
        if (HttpMethods.IsGet(request.Method))
        {
            var call = new StripeCall(
                account, "GET", segments, FormFields.Parse(request.QueryString.Value ?? ""), null);
            await PspWire.AnswerAsync(context, book.Read(() => reads.Do(call)));
        }
        else if (HttpMethods.IsPost(request.Method))
        {
            await PostAsync(context, account, segments);
        }
        else
        {
            await PspWire.AnswerAsync(context, StripeErrors.UnknownUrl(request.Method, path));
        }
    }

    private async Task PostAsync(HttpContext context, string account, string[] segments)
    {
        if (await PspWire.ReadBodyAsync(context) is not { } body)
        {
            await PspWire.AnswerAsync(context, StripeErrors.Parameter("body", "The request is too long."));
            return;
        }

        var key = context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } sent, ..] ? sent : null;
        if (key is { Length: > 255 })
        {
            await PspWire.AnswerAsync(context, StripeErrors.Parameter("Idempotency-Key", "A key has at most 255 characters."));
            return;
        }

        var call = new StripeCall(account, "POST", segments, FormFields.Parse(body), key);
        var once = new RequestKey(account, key, PspWire.FingerprintOf(call.Path, body), KeyLifetime);
        await book.OnceAsync(
            once, () => RunAsync(context, call, once), (state, saved) => RepeatAsync(context, state, saved));
    }

    private static async Task RepeatAsync(HttpContext context, KeyState state, SavedAnswer? saved)
    {
        if (saved is null)
        {
            await PspWire.AnswerAsync(context, state == KeyState.InUse ? StripeErrors.KeyInUse() : StripeErrors.KeyMismatch());
            return;
        }

        context.Response.Headers["Idempotent-Replayed"] = "true";
        context.Response.Headers["Original-Request"] = saved.RequestId;
        await PspWire.AnswerAsync(context, saved.Status, saved.Body);
    }

    private async Task RunAsync(HttpContext context, StripeCall call, RequestKey once)
    {
        var fault = InsideFaults.Of(context, isCreate: call.Segments is ["payment_intents"])
            ?? book.Read(() => writes.FaultOf(call));
        var reply = await work.DoAsync(
            context,
            fault,
            call.Account,
            call.Key,
            () => book.Execute(() => Do(call, fault), r => Line(context, call, once, r)),
            r => r.IsSaved);
        if (reply is not null)
            await PspWire.AnswerAsync(context, reply);
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

    private JournalLine Line(HttpContext context, StripeCall call, RequestKey once, StripeReply reply)
    {
        var answer = once.Save(reply, context.Response.Headers["Request-Id"]!, time.GetUtcNow());
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
}
