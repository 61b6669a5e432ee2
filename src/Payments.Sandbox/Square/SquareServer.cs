using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.Square;

/// <summary>Speaks Square's wire format for every account of Square's, on whichever listener the request came.</summary>
internal sealed class SquareServer(
    Book book,
    SquareWrites writes,
    SquareReads reads,
    SquareNotices notices,
    AccountFaults faults,
    FaultyWork work,
    IOptions<SandboxOptions> options,
    TimeProvider time)
{
    /// <summary>Square does not say how long it keeps a key; this is as long as Stripe does.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows <c>/v2/</c>.</param>
    public async Task HandleAsync(HttpContext context, string account, string path)
    {
        var request = context.Request;
        if (request.Headers["Square-Version"] is [{ } version, ..])
            context.Response.Headers["Square-Version"] = version;
        if (request.Headers.Authorization.ToString() != "Bearer " + options.Value.Accounts[account].SecretKey)
        {
            await PspWire.AnswerAsync(context, SquareErrors.WrongToken());
            return;
        }

        if (InsideFaults.RefusalOf(context, faults, account) is { } status)
        {
            await PspWire.AnswerAsync(context, status == 429 ? SquareErrors.RateLimited() : SquareErrors.Server(status));
            return;
        }

        var segments = PspWire.SegmentsOf(path);
        var call = new SquareCall(account, request.Method, segments, request.Query, []);
        if (HttpMethods.IsGet(request.Method))
            await PspWire.AnswerAsync(context, book.Read(() => reads.Do(call)));
        else if (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method))
            await WriteAsync(context, call);
        else
            await PspWire.AnswerAsync(context, SquareErrors.UnknownUrl(request.Method, call.Path));
    }

    private async Task WriteAsync(HttpContext context, SquareCall called)
    {
        if (await PspWire.ReadBodyAsync(context) is not { } body
            || (body.Length == 0 ? [] : PspWire.ObjectIn(body)) is not { } json)
        {
            await PspWire.AnswerAsync(
                context, SquareErrors.Field("body", "EXPECTED_JSON_BODY", "The body is not a JSON object."));
            return;
        }

        var call = called with { Body = json };
        var once = new RequestKey(
            call.Account, call.Key, PspWire.FingerprintOf($"{call.Method} {call.Path}", body), KeyLifetime);
        await book.OnceAsync(
            once, () => RunAsync(context, call, once), (state, saved) => RepeatAsync(context, state, saved));
    }

    private static Task RepeatAsync(HttpContext context, KeyState state, SavedAnswer? saved) => saved is null
        ? PspWire.AnswerAsync(context, state == KeyState.InUse ? SquareErrors.KeyInUse() : SquareErrors.KeyReused())
        : PspWire.AnswerAsync(context, saved.Status, saved.Body);

    private async Task RunAsync(HttpContext context, SquareCall call, RequestKey once)
    {
        var fault = InsideFaults.Of(context, isCreate: call is { Method: "POST", Segments: ["payments"] })
            ?? book.Read(() => writes.FaultOf(call));
        var reply = await work.DoAsync(
            context,
            fault,
            call.Account,
            call.Key,
            () => book.Execute(() => Do(call, fault), r => Line(call, once, r)),
            // What has no key is refused the second time, for what the first has done; that answer is not lost again.
            r => r.IsSaved && (call.Key is not null || r.Changed is not null));
        if (reply is not null)
            await PspWire.AnswerAsync(context, reply);
    }

    private SquareReply Do(SquareCall call, TokenFault fault)
    {
        if (fault == TokenFault.Error)
            return SquareErrors.Server();
        var reply = writes.Do(call, fault);
        return fault == TokenFault.DoneButError && reply.Changed is not null
            ? SquareErrors.Server() with { Changed = reply.Changed }
            : reply;
    }

    private JournalLine Line(SquareCall call, RequestKey once, SquareReply reply)
    {
        var told = call.Segments is ["refunds"]
            ? notices.OfRefund(reply.Changed)
            : notices.Of(reply.Changed, isNew: call.Segments is ["payments"]);
        return new JournalLine(Intent: reply.Changed, Answer: once.Save(reply, "", time.GetUtcNow()), Notifications: told);
    }
}
